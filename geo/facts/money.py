"""What formulas of money multiply: prices, payments, the term and its use, as the registers have them."""

from geo.facts.column import Fact, exact
from geo.facts.register import Register, amount, where_from


def amount_facts(register: Register) -> dict[str, Fact]:
    """Return amounts that formulas of the rule files read.

    Returns
    -------
    dict
        ``price_yuan`` [yuan]: the price of the contract, never an appraisal (rules.md D1).
    """
    return {"price_yuan": exact(amount(register, "price_yuan"), where_from(register, "price_yuan"))}
