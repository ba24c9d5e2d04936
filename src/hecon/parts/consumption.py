"""What the years of those who live cost others than the health service: their consumption, in no perspective unless asked for."""

from collections.abc import Mapping

from hecon.structure.items import Cost


def consumption(states: Mapping[str, str], yearly: str, name: str = "consumption") -> Cost:
    """Consumption of survivors, a flow: in each state the share that counts ("1" for all) x the formula `yearly`, money per year.

    It has a sector of its own. No perspective counts it but those whose name ends in "with consumption".

    >>> consumption({"well": "1", "ill": "1"}, "c_consumption_year").amount
    {'well': '(1) * (c_consumption_year)', 'ill': '(1) * (c_consumption_year)'}
    """
    amounts = {state: f"({share}) * ({yearly})" for state, share in states.items()}
    return Cost(name, amounts, category="consumption of survivors", sector="consumption", per="year")
