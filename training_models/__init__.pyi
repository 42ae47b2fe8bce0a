from . import figures as figures
from . import html as html
from .case import Case as Case
from .case import Measures as Measures
from .case import Tick as Tick
from .claims import Claim as Claim
from .errors import CaseError as CaseError
from .errors import MissingExtraError as MissingExtraError
from .errors import ResultError as ResultError
from .flip import Flip as Flip
from .flip import flip_test as flip_test
from .kinds import estimate as estimate
from .kinds import judge as judge
from .predict import Arm as Arm
from .predict import accuracy as accuracy
from .predict import closed_form as closed_form
from .predict import exactly_zero as exactly_zero
from .predict import fraction as fraction
from .predict import impact as impact
from .predict import incentive as incentive
from .report import Report as Report
from .results import Result as Result
from .runs import Run as Run
from .runs import run as run
from .scan import load_case as load_case
from .source import list_cases as list_cases
from .stats import Estimate as Estimate
from .stats import Test as Test
from .stats import holm as holm
from .verdict import Verdict as Verdict

__all__ = [
    "Arm",
    "Case",
    "CaseError",
    "Claim",
    "Estimate",
    "Flip",
    "Measures",
    "MissingExtraError",
    "Report",
    "Result",
    "ResultError",
    "Run",
    "Test",
    "Tick",
    "Verdict",
    "accuracy",
    "closed_form",
    "estimate",
    "exactly_zero",
    "figures",
    "flip_test",
    "fraction",
    "holm",
    "html",
    "impact",
    "incentive",
    "judge",
    "list_cases",
    "load_case",
    "run",
]
