"""Diagrams to diagrams: ways of changing what an agent's objective sees."""

from cid.transforms.lcdt import admits_lcdt_ici, lcdt, lcdt_cut, lcdt_ici_list

__all__ = ["admits_lcdt_ici", "lcdt", "lcdt_cut", "lcdt_ici_list"]
