"""The literature that verdicts, diagrams and experiments of this library rest on.

Keys are those of the bibliography of the documentation, so that a citation in code and one in a
page lead to the same entry.

Examples
--------
>>> from cid.references import REFERENCES
>>> REFERENCES["everitt2021agent"].short
'Everitt et al. (2021)'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["REFERENCES", "Reference"]


@dataclass(frozen=True)
class Reference:
    """One source.

    Attributes
    ----------
    key : str
        BibTeX key.
    short : str
        How it is named in running text.
    text : str
        The full citation on one line.
    url : str
        Where it can be read; empty for print only.
    """

    key: str
    short: str
    text: str
    url: str = ""


_ALL = (
    Reference(
        "armstrong2017good",
        "Armstrong & O'Rorke (2017)",
        'Stuart Armstrong, Xavier O\'Rorke. "Good and safe uses of AI Oracles." 2017. '
        "arXiv:1711.05541.",
        "https://arxiv.org/abs/1711.05541",
    ),
    Reference(
        "armstrong2020pitfalls",
        "Armstrong et al. (2020)",
        'Stuart Armstrong, Jan Leike, Laurent Orseau, Shane Legg. "Pitfalls of learning a '
        'reward function online." International Joint Conference on Artificial Intelligence'
        " (IJCAI), 2020. arXiv:2004.13654.",
        "https://arxiv.org/abs/2004.13654",
    ),
    Reference(
        "ashurst2022fair",
        "Ashurst et al. (2022)",
        'Carolyn Ashurst, Ryan Carey, Silvia Chiappa, Tom Everitt. "Why Fair Labels Can '
        'Yield Unfair Predictions: Graphical Conditions for Introduced Unfairness." '
        "Proceedings of the AAAI Conference on Artificial Intelligence 36(9), 2022. "
        "arXiv:2202.10816.",
        "https://arxiv.org/abs/2202.10816",
    ),
    Reference(
        "bengio2015scheduled",
        "Bengio et al. (2015)",
        'Samy Bengio, Oriol Vinyals, Navdeep Jaitly, Noam Shazeer. "Scheduled Sampling for '
        'Sequence Prediction with Recurrent Neural Networks." Advances in Neural '
        "Information Processing Systems 28, 2015. arXiv:1506.03099.",
        "https://arxiv.org/abs/1506.03099",
    ),
    Reference(
        "brier1950verification",
        "Brier (1950)",
        'Glenn W. Brier. "Verification of forecasts expressed in terms of probability." '
        "Monthly Weather Review 78(1), 1950.",
    ),
    Reference(
        "carey2023human",
        "Carey & Everitt (2023)",
        'Ryan Carey, Tom Everitt. "Human Control: Definitions and Algorithms." Conference '
        "on Uncertainty in Artificial Intelligence (UAI), PMLR 216, 2023. arXiv:2305.19861.",
        "https://arxiv.org/abs/2305.19861",
    ),
    Reference(
        "carey2025incentives",
        "Carey et al. (2025)",
        'Ryan Carey, Eric Langlois, Chris van Merwijk, Shane Legg, Tom Everitt. "Incentives'
        ' for Responsiveness, Instrumental Control and Impact." Artificial Intelligence '
        "348, 104408, 2025. arXiv:2001.07118v3.",
        "https://doi.org/10.1016/j.artint.2025.104408",
    ),
    Reference(
        "christiano2018supervising",
        "Christiano et al. (2018)",
        'Paul Christiano, Buck Shlegeris, Dario Amodei. "Supervising strong learners by '
        'amplifying weak experts." 2018. arXiv:1810.08575.',
        "https://arxiv.org/abs/1810.08575",
    ),
    Reference(
        "everitt2019modeling",
        "Everitt et al. (2019a)",
        'Tom Everitt, Ramana Kumar, Victoria Krakovna, Shane Legg. "Modeling AGI Safety '
        'Frameworks with Causal Influence Diagrams." 2019. arXiv:1906.08663.',
        "https://arxiv.org/abs/1906.08663",
    ),
    Reference(
        "everitt2019understanding",
        "Everitt et al. (2019b)",
        'Tom Everitt, Pedro A. Ortega, Elizabeth Barnes, Shane Legg. "Understanding Agent '
        'Incentives using Causal Influence Diagrams. Part I: Single Action Settings." 2019.'
        " arXiv:1902.09980.",
        "https://arxiv.org/abs/1902.09980",
    ),
    Reference(
        "everitt2021agent",
        "Everitt et al. (2021)",
        'Tom Everitt, Ryan Carey, Eric D. Langlois, Pedro A. Ortega, Shane Legg. "Agent '
        'Incentives: A Causal Perspective." Proceedings of the AAAI Conference on '
        "Artificial Intelligence 35(13), 2021. arXiv:2102.01685.",
        "https://doi.org/10.1609/aaai.v35i13.17368",
    ),
    Reference(
        "everitt2021reward",
        "Everitt, Hutter et al. (2021)",
        'Tom Everitt, Marcus Hutter, Ramana Kumar, Victoria Krakovna. "Reward tampering '
        "problems and solutions in reinforcement learning: a causal influence diagram "
        'perspective." Synthese 198, 2021. arXiv:1908.04734.',
        "https://doi.org/10.1007/s11229-021-03141-4",
    ),
    Reference(
        "fagiuoli1998note",
        "Fagiuoli & Zaffalon (1998)",
        'Enrico Fagiuoli, Marco Zaffalon. "A note about redundancy in influence diagrams." '
        "International Journal of Approximate Reasoning 19, 1998.",
        "https://doi.org/10.1016/S0888-613X(98)10015-4",
    ),
    Reference(
        "farquhar2022path",
        "Farquhar et al. (2022)",
        'Sebastian Farquhar, Ryan Carey, Tom Everitt. "Path-Specific Objectives for Safer '
        'Agent Incentives." Proceedings of the AAAI Conference on Artificial Intelligence '
        "36(9), 2022. arXiv:2204.10018.",
        "https://arxiv.org/abs/2204.10018",
    ),
    Reference(
        "fox2021pycid",
        "Fox et al. (2021)",
        "James Fox, Tom Everitt, Ryan Carey, Eric Langlois, Alessandro Abate, Michael "
        'Wooldridge. "PyCID: A Python Library for Causal Influence Diagrams." Proceedings '
        "of the 20th Python in Science Conference (SciPy), 2021.",
    ),
    Reference(
        "gerstgrasser2024collapse",
        "Gerstgrasser et al. (2024)",
        'Matthias Gerstgrasser et al. "Is Model Collapse Inevitable? Breaking the Curse of '
        'Recursion by Accumulating Real and Synthetic Data." 2024. arXiv:2404.01413.',
        "https://arxiv.org/abs/2404.01413",
    ),
    Reference(
        "hadfieldmenell2016cooperative",
        "Hadfield-Menell et al. (2016)",
        'Dylan Hadfield-Menell, Anca Dragan, Pieter Abbeel, Stuart Russell. "Cooperative '
        'Inverse Reinforcement Learning." Advances in Neural Information Processing Systems'
        " 29, 2016. arXiv:1606.03137.",
        "https://arxiv.org/abs/1606.03137",
    ),
    Reference(
        "hammond2023reasoning",
        "Hammond et al. (2023)",
        "Lewis Hammond, James Fox, Tom Everitt, Ryan Carey, Alessandro Abate, Michael "
        'Wooldridge. "Reasoning about causality in games." Artificial Intelligence 320, '
        "103919, 2023. arXiv:2301.02324.",
        "https://arxiv.org/abs/2301.02324",
    ),
    Reference(
        "irving2018debate",
        "Irving et al. (2018)",
        'Geoffrey Irving, Paul Christiano, Dario Amodei. "AI safety via debate." 2018. '
        "arXiv:1805.00899.",
        "https://arxiv.org/abs/1805.00899",
    ),
    Reference(
        "jaderberg2017population",
        "Jaderberg et al. (2017)",
        'Max Jaderberg et al. "Population Based Training of Neural Networks." 2017. '
        "arXiv:1711.09846.",
        "https://arxiv.org/abs/1711.09846",
    ),
    Reference(
        "janus2023myopic",
        "janus (2023)",
        'janus. "How LLMs are and are not myopic." AI Alignment Forum, 2023.',
        "https://www.alignmentforum.org/posts/c68SJsBpiAxkPwRHj/how-llms-are-and-are-not-myopic",
    ),
    Reference(
        "kenton2023discovering",
        "Kenton et al. (2023)",
        "Zachary Kenton, Ramana Kumar, Sebastian Farquhar, Jonathan Richens, Matt "
        'MacDermott, Tom Everitt. "Discovering agents." Artificial Intelligence 322, '
        "103963, 2023. arXiv:2208.08345.",
        "https://arxiv.org/abs/2208.08345",
    ),
    Reference(
        "koller2003multi",
        "Koller & Milch (2003)",
        'Daphne Koller, Brian Milch. "Multi-agent influence diagrams for representing and '
        'solving games." Games and Economic Behavior 45(1), 2003.',
    ),
    Reference(
        "korbak2022rl",
        "Korbak et al. (2022)",
        'Tomasz Korbak, Ethan Perez, Christopher L. Buckley. "RL with KL penalties is '
        'better viewed as Bayesian inference." Findings of the Association for '
        "Computational Linguistics: EMNLP 2022, 2022. arXiv:2205.11275.",
        "https://arxiv.org/abs/2205.11275",
    ),
    Reference(
        "krueger2020hidden",
        "Krueger et al. (2020)",
        'David Krueger, Tegan Maharaj, Jan Leike. "Hidden Incentives for Auto-Induced '
        'Distributional Shift." 2020. arXiv:2009.09153.',
        "https://arxiv.org/abs/2009.09153",
    ),
    Reference(
        "kusner2017counterfactual",
        "Kusner et al. (2017)",
        'Matt J. Kusner, Joshua Loftus, Chris Russell, Ricardo Silva. "Counterfactual '
        'Fairness." Advances in Neural Information Processing Systems 30, 2017. '
        "arXiv:1703.06856.",
        "https://arxiv.org/abs/1703.06856",
    ),
    Reference(
        "lauritzen2001representing",
        "Lauritzen & Nilsson (2001)",
        'Steffen L. Lauritzen, Dennis Nilsson. "Representing and Solving Decision Problems '
        'with Limited Information." Management Science 47(9), 2001.',
    ),
    Reference(
        "leike2018scalable",
        "Leike et al. (2018)",
        "Jan Leike, David Krueger, Tom Everitt, Miljan Martic, Vishal Maini, Shane Legg. "
        '"Scalable agent alignment via reward modeling: a research direction." 2018. '
        "arXiv:1811.07871.",
        "https://arxiv.org/abs/1811.07871",
    ),
    Reference(
        "macdermott2024measuring",
        "MacDermott et al. (2024)",
        'Matt MacDermott, James Fox, Francesco Belardinelli, Tom Everitt. "Measuring '
        'Goal-Directedness." Advances in Neural Information Processing Systems 37, 2024. '
        "arXiv:2412.04758.",
        "https://arxiv.org/abs/2412.04758",
    ),
    Reference(
        "oesterheld2023incentivizing",
        "Oesterheld et al. (2023)",
        'Caspar Oesterheld, Johannes Treutlein, Emery Cooper, Rubi Hudson. "Incentivizing '
        'honest performative predictions with proper scoring rules." Conference on '
        "Uncertainty in Artificial Intelligence (UAI), PMLR 216, 2023. arXiv:2305.17601.",
        "https://arxiv.org/abs/2305.17601",
    ),
    Reference(
        "pearl2009causality",
        "Pearl (2009)",
        'Judea Pearl. "Causality: Models, Reasoning, and Inference." Cambridge University '
        "Press, 2nd edition, 2009.",
    ),
    Reference(
        "perdomo2020performative",
        "Perdomo et al. (2020)",
        "Juan C. Perdomo, Tijana Zrnic, Celestine Mendler-Dünner, Moritz Hardt. "
        '"Performative Prediction." International Conference on Machine Learning (ICML), '
        "PMLR 119, 2020. arXiv:2002.06673.",
        "https://arxiv.org/abs/2002.06673",
    ),
    Reference(
        "piccione1997interpretation",
        "Piccione & Rubinstein (1997)",
        'Michele Piccione, Ariel Rubinstein. "On the Interpretation of Decision Problems '
        'with Imperfect Recall." Games and Economic Behavior 20(1), 1997.',
    ),
    Reference(
        "shachter1998bayes",
        "Shachter (1998)",
        'Ross D. Shachter. "Bayes-Ball: The Rational Pastime (for Determining Irrelevance '
        'and Requisite Information in Belief Networks and Influence Diagrams)." Conference '
        "on Uncertainty in Artificial Intelligence (UAI), 1998. arXiv:1301.7412.",
        "https://arxiv.org/abs/1301.7412",
    ),
    Reference(
        "shimi2021lcdt",
        "Shimi & Hubinger (2021)",
        'Adam Shimi, Evan Hubinger. "LCDT, A Myopic Decision Theory." AI Alignment Forum, 2021.',
        "https://www.alignmentforum.org/posts/Y76durQHrfqwgwM5o/lcdt-a-myopic-decision-theory",
    ),
    Reference(
        "shumailov2023curse",
        "Shumailov et al. (2023)",
        "Ilia Shumailov, Zakhar Shumaylov, Yiren Zhao, Yarin Gal, Nicolas Papernot, Ross "
        'Anderson. "The Curse of Recursion: Training on Generated Data Makes Models '
        'Forget." 2023. arXiv:2305.17493.',
        "https://arxiv.org/abs/2305.17493",
    ),
    Reference(
        "vanmerwijk2022complete",
        "van Merwijk et al. (2022)",
        'Chris van Merwijk, Ryan Carey, Tom Everitt. "A Complete Criterion for Value of '
        'Information in Soluble Influence Diagrams." Proceedings of the AAAI Conference on '
        "Artificial Intelligence 36(9), 2022. arXiv:2202.11629.",
        "https://arxiv.org/abs/2202.11629",
    ),
    Reference(
        "ward2023honesty",
        "Ward et al. (2023)",
        'Francis Rhys Ward, Francesco Belardinelli, Francesca Toni, Tom Everitt. "Honesty '
        'Is the Best Policy: Defining and Mitigating AI Deception." Advances in Neural '
        "Information Processing Systems 36, 2023. arXiv:2312.01350.",
        "https://arxiv.org/abs/2312.01350",
    ),
    Reference(
        "ward2024reasons",
        "Ward et al. (2024)",
        "Francis Rhys Ward, Matt MacDermott, Francesco Belardinelli, Francesca Toni, Tom "
        'Everitt. "The Reasons that Agents Act: Intention and Instrumental Goals." '
        "International Conference on Autonomous Agents and Multiagent Systems (AAMAS), "
        "2024. arXiv:2402.07221.",
        "https://arxiv.org/abs/2402.07221",
    ),
    Reference(
        "williams1992simple",
        "Williams (1992)",
        'Ronald J. Williams. "Simple statistical gradient-following algorithms for '
        'connectionist reinforcement learning." Machine Learning 8, 1992.',
    ),
    Reference(
        "wu2024language",
        "Wu et al. (2024)",
        'Wilson Wu, John X. Morris, Lionel Levine. "Do language models plan ahead for '
        'future tokens?" 2024. arXiv:2404.00859.',
        "https://arxiv.org/abs/2404.00859",
    ),
)

REFERENCES: Mapping[str, Reference] = MappingProxyType({each.key: each for each in _ALL})
"""All sources by BibTeX key."""
