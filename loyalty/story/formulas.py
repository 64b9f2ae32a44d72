r"""The models in formulas, in the letters of the literature.

λ is a customer's own rate of buying, p and μ what makes one leave; x, t_x and T are repeat purchases, recency
and age.
"""

from __future__ import annotations

from collections.abc import Mapping

_ASSUMED = (
    r"\begin{aligned} N(t) &\sim \mathrm{Poisson}(\lambda t)\\ \lambda &\sim \mathrm{Gamma}(r, \alpha)\\ "
)
_BETA_GEOMETRIC = _ASSUMED + r"p &\sim \mathrm{Beta}(a, b)\end{aligned}"
_LIKELIHOOD = (
    r"\begin{gathered}\frac{\Gamma(r+x)\,\alpha^r}{\Gamma(r)\,B(a,b)}\bigg[%s\\ {} + %s\bigg]\end{gathered}"
)

# model -> what a formula says, under simulator.formula -> the formula, narrow enough for a telephone
FORMULAS: Mapping[str, Mapping[str, str]] = {
    "bg_nbd": {
        "assumed": _BETA_GEOMETRIC,
        "alive": r"\frac{1}{1 + \delta_{x>0}\,\frac{a}{b+x-1}\left(\frac{\alpha+T}{\alpha+t_x}\right)^{r+x}}",
        "new": r"\begin{gathered}\tfrac{a+b-1}{a-1}\left[1 - \left(\tfrac{\alpha}{\alpha+t}\right)^r F\right]"
        r"\\ F = {}_2F_1\!\left(r, b; a+b-1; \tfrac{t}{\alpha+t}\right)\end{gathered}",
        "likelihood": _LIKELIHOOD
        % (r"\frac{B(a,b+x)}{(\alpha+T)^{r+x}}", r"\delta_{x>0}\,\frac{B(a+1,b+x-1)}{(\alpha+t_x)^{r+x}}"),
    },
    "mbg_nbd": {
        "assumed": _BETA_GEOMETRIC,
        "alive": r"\frac{1}{1 + \frac{a}{b+x}\left(\frac{\alpha+T}{\alpha+t_x}\right)^{r+x}}",
        "new": r"\begin{gathered}\tfrac{b}{a-1}\left[1 - \left(\tfrac{\alpha}{\alpha+t}\right)^{r} F\right]"
        r"\\ F = {}_2F_1\!\left(r, b+1; a+b; \tfrac{t}{\alpha+t}\right)\end{gathered}",
        "likelihood": _LIKELIHOOD
        % (r"\frac{B(a,b+x+1)}{(\alpha+T)^{r+x}}", r"\frac{B(a+1,b+x)}{(\alpha+t_x)^{r+x}}"),
    },
    "pareto_nbd": {
        "assumed": _ASSUMED + r"\mu &\sim \mathrm{Gamma}(s, \beta)\end{aligned}",
        "alive_given": r"\frac{1}{1 + \frac{\mu}{\lambda+\mu}\left(e^{(\lambda+\mu)(T-t_x)} - 1\right)}",
        "new": r"\frac{r\,\beta}{\alpha\,(s-1)}\left[1 - \left(\frac{\beta}{\beta+t}\right)^{s-1}\right]",
        "likelihood": r"\begin{gathered}\frac{\Gamma(r+x)\,\alpha^r \beta^s}{\Gamma(r)}\bigg["
        r"\frac{1}{(\alpha+T)^{r+x}(\beta+T)^{s}}"
        r"\\ {} + s\int_{t_x}^{T}\!\frac{du}{(\alpha+u)^{r+x}(\beta+u)^{s+1}}\bigg]\end{gathered}",
    },
    "gamma_gamma": {
        "spending": r"\begin{aligned} z &\sim \mathrm{Gamma}(p, \nu)\\"
        r"\nu &\sim \mathrm{Gamma}(q, v)\end{aligned}",
        "everyone": r"\frac{p\,v}{q-1}",
        "spends": r"\frac{q-1}{p\,x+q-1}\cdot\frac{p\,v}{q-1} + \frac{p\,x}{p\,x+q-1}\cdot\bar z",
    },
    "shifted_beta_geometric": {
        "renewing": r"\begin{aligned} P(T = t \mid \theta) &= \theta\,(1-\theta)^{t-1}\\"
        r"\theta &\sim \mathrm{Beta}(\alpha, \beta)\end{aligned}",
        "there": r"S(t) = \frac{B(\alpha, \beta+t)}{B(\alpha, \beta)}",
        "retained": r"r_t = \frac{\beta+t-1}{\alpha+\beta+t-1}",
    },
}

REFERENCES: Mapping[str, tuple[str, ...]] = {
    "bg_nbd": (
        "Fader, Hardie & Lee (2005), “Counting your customers” the easy way: an alternative to the Pareto/NBD"
        " model, Marketing Science 24(2)",
    ),
    "mbg_nbd": (
        "Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models for customer"
        " base analysis, International Journal of Research in Marketing 24(3)",
    ),
    "pareto_nbd": (
        "Schmittlein, Morrison & Colombo (1987), Counting your customers: who are they and what will they do"
        " next?, Management Science 33(1)",
        "Fader, Hardie & Lee (2005), A note on implementing the Pareto/NBD model, brucehardie.com",
    ),
    "gamma_gamma": (
        "Colombo & Jiang (1999), A stochastic RFM model, Journal of Interactive Marketing 13(3)",
        "Fader & Hardie (2013), The gamma-gamma model of monetary value, note 025, brucehardie.com",
    ),
    "shifted_beta_geometric": (
        "Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1)",
        "Fader & Hardie (2010), Customer-base valuation in a contractual setting: the perils of ignoring"
        " heterogeneity, Marketing Science 29(1)",
    ),
}
