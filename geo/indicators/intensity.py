"""Ratios of land and of money that contracts and control indicators name."""

import pandas as pd


def building_coefficient(built_on_m2: pd.Series, land_area_m2: pd.Series) -> pd.Series:
    r"""Divide land under buildings, production structures and yards by land area: building coefficient (建筑系数).

    .. math:: K = A_{buildings \cup structures \cup yards} / A_{land}

    国土资发〔2008〕24号, appendix. Not building coverage, which leaves structures and yards out.

    Parameters
    ----------
    built_on_m2
        Dissolved area of all three, from :func:`geo.indicators.coverage.footprint_area` [m2].
    land_area_m2
        Parcel, contract or supplied area, as the question asks, on the same index [m2].

    Returns
    -------
    Series
        On the caller's index [1]; NaN where there is no land.

    Examples
    --------
    >>> built_on_m2 = pd.Series({"P1": 6000.0 + 800 + 1500 + 300})
    >>> building_coefficient(built_on_m2, pd.Series({"P1": 20000.0})).tolist()
    [0.43]
    """
    return _over(built_on_m2, land_area_m2).rename("building_coefficient")


def green_ratio(green_area_m2: pd.Series, land_area_m2: pd.Series) -> pd.Series:
    r"""Divide planted land by land area: green ratio (绿地率), of which industrial land shall have little.

    .. math:: G = A_{green} / A_{land}

    国土资发〔2008〕24号, appendix: none in general, 20 % at most where the process needs it.

    Parameters
    ----------
    green_area_m2
        Dissolved area of planted land [m2].
    land_area_m2
        Parcel, contract or supplied area, as the question asks, on the same index [m2].

    Returns
    -------
    Series
        On the caller's index [1]; NaN where there is no land.
    """
    return _over(green_area_m2, land_area_m2).rename("green_ratio")


def non_production_land_share(non_production_land_m2: pd.Series, land_area_m2: pd.Series) -> pd.Series:
    """Divide land of offices and living services by land area (行政办公及生活服务设施用地所占比重).

    国土资发〔2008〕24号, appendix. Where that land cannot be told apart, the same text lets the share of floor area
    (:func:`non_production_floor_share`) stand in; the two are different metrics, and a contract names one of them.

    Parameters
    ----------
    non_production_land_m2
        Land that belongs to offices, canteens, dormitories and the like [m2].
    land_area_m2
        Parcel, contract or supplied area, as the question asks, on the same index [m2].

    Returns
    -------
    Series
        On the caller's index [1]; NaN where there is no land.
    """
    return _over(non_production_land_m2, land_area_m2).rename("non_production_land_share")


def non_production_floor_share(non_production_floor_m2: pd.Series, floor_area_m2: pd.Series) -> pd.Series:
    """Divide plain floor area of offices and living services by all plain floor area (非生产性用房建筑面积占比).

    Parameters
    ----------
    non_production_floor_m2, floor_area_m2
        Floor area above ground with every storey once, on the same index [m2].

    Returns
    -------
    Series
        On the caller's index [1]; NaN where nothing is built.
    """
    return _over(non_production_floor_m2, floor_area_m2).rename("non_production_floor_share")


def investment_intensity(fixed_investment_yuan: pd.Series, price_yuan: pd.Series, land_area_m2: pd.Series) -> pd.Series:
    r"""Divide fixed investment, the land price included, by land area: investment intensity (投资强度).

    .. math:: I = (V_{plant, equipment} + P_{land}) / A_{land}

    国土资发〔2008〕24号, appendix. The 25 % test of idle land leaves the land price out: :func:`invested_fraction`.

    Parameters
    ----------
    fixed_investment_yuan
        Plant, equipment and buildings, without the land price [yuan].
    price_yuan
        Land price [yuan].
    land_area_m2
        Parcel, contract or supplied area, as the question asks, on the same index [m2].

    Returns
    -------
    Series
        On the caller's index [yuan/m2]: 1 yuan/m2 is 1 万元/公顷. NaN where one of the three is unknown.

    Examples
    --------
    >>> one = [pd.Series([number]) for number in (5e7, 1e7, 20000.0)]
    >>> investment_intensity(*one).tolist()
    [3000.0]
    """
    return _over(fixed_investment_yuan + price_yuan, land_area_m2).rename("investment_intensity_yuan_per_m2")


def invested_fraction(invested_yuan: pd.Series, total_investment_yuan: pd.Series) -> pd.Series:
    """Divide money invested by money agreed, both without the land price (已投资额占总投资额).

    闲置土地处置办法 (Order 53, 2012), article 2.

    Parameters
    ----------
    invested_yuan, total_investment_yuan
        Without land price and taxes, on the same index [yuan].

    Returns
    -------
    Series
        On the caller's index [1]; NaN where nothing was agreed or one of the two is unknown.
    """
    return _over(invested_yuan, total_investment_yuan).rename("invested_fraction")


def tax_per_mu(tax_yuan: pd.Series, land_area_m2: pd.Series) -> pd.Series:
    """Divide a year's tax by land area: tax per mu (亩均税收).

    Parameters
    ----------
    tax_yuan
        Tax of one statistical year, as the tax office confirms it [yuan].
    land_area_m2
        Parcel, contract or supplied area, as the question asks, on the same index [m2].

    Returns
    -------
    Series
        On the caller's index [yuan/mu]; NaN where there is no land.

    Examples
    --------
    >>> tax_per_mu(pd.Series([6e6]), pd.Series([20000.0])).tolist()  # 20000 m2 are 30 mu
    [200000.0]
    """
    return _over(tax_yuan, in_mu(land_area_m2)).rename("tax_yuan_per_mu")


def output_per_mu(output_yuan: pd.Series, land_area_m2: pd.Series) -> pd.Series:
    """Divide a year's output value by land area: output per mu (亩均产出).

    Parameters
    ----------
    output_yuan
        Output value of one statistical year, as the statistics office confirms it [yuan].
    land_area_m2
        Parcel, contract or supplied area, as the question asks, on the same index [m2].

    Returns
    -------
    Series
        On the caller's index [yuan/mu]; NaN where there is no land.
    """
    return _over(output_yuan, in_mu(land_area_m2)).rename("output_yuan_per_mu")


def in_mu(area_m2: pd.Series) -> pd.Series:
    """Areas in mu (亩), of which one is exactly 2000/3 m2, and 15 are one hectare.

    Examples
    --------
    >>> in_mu(pd.Series([10_000.0, 2000 / 3])).tolist()
    [15.0, 1.0]
    """
    return area_m2 * 3 / 2000


def _over(amount: pd.Series, whole: pd.Series) -> pd.Series:
    """Divide where there is something to divide by; NaN elsewhere."""
    ratio: pd.Series = amount / whole.where(whole > 0)
    return ratio
