"""Which of the models of purchases answers."""

from __future__ import annotations

from collections.abc import Mapping

NEAR = 2.0  # log-likelihoods that differ by more do not leave the choice to anything else
TIE = 1e-3  # log-likelihoods that differ by less are alike


def choose(judged: Mapping[str, tuple[str, float]]) -> tuple[str, str]:
    """The model of purchases that answers, and why, see :class:`Fitted`.

    Parameters
    ----------
    judged
        Model to the state of its fit and its log-likelihood, the simplest model first.

    Notes
    -----
    A fit that is ``ok`` goes before one that is not, as long as that one is not much likelier: parameters
    that mean nothing are no reason to take a model that the data speak against.

    References
    ----------
    Burnham & Anderson (2002), *Model Selection and Multimodel Inference*, section 2.6: a model that is worse
    by more than four in Akaike's measure, two in log-likelihood, has considerably less support.

    Examples
    --------
    >>> choose({"bg_nbd": ("ok", -9.5), "mbg_nbd": ("boundary", -9.0)})
    ('bg_nbd', 'only_ok')
    >>> choose({"bg_nbd": ("ok", -99.0), "mbg_nbd": ("boundary", -9.0)})
    ('mbg_nbd', 'far_likelier')
    """
    states = {name: state for name, (state, _) in judged.items()}
    logliks = {name: loglik for name, (_, loglik) in judged.items()}
    best = max(logliks.values())
    near = [name for name in judged if logliks[name] >= best - NEAR]
    sound = [name for name in near if states[name] == "ok"]
    top = max(logliks[name] for name in sound or near)
    alike = [name for name in sound or near if logliks[name] > top - TIE]
    known = list(states.values()).count("ok")
    if not sound:
        return alike[0], "far_likelier" if known else "none_ok"
    if known == 1:
        return alike[0], "only_ok"
    if len(alike) > 1:
        return alike[0], "alike"
    return alike[0], "likelihood" if top > best - TIE else "sound"
