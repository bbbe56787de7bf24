"""A consent is asked for with PKCE, and only its own answer is taken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bridge.domain.outcome import NotAuthentic, Refused
from bridge.protocols.consent import DEFAULT_SCOPES, REQUIRED_SCOPES, Consent, landed

# The verifier and its challenge are the example of RFC 7636, appendix B.
CONSENT = Consent(
    client_id="client-7",
    redirect_uri="http://127.0.0.1:8765/callback",
    scopes=DEFAULT_SCOPES,
    state="af0ifjsldkj",
    nonce="n-0S6_WzA2Mj",
    verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
)


def test_the_challenge_is_the_one_of_the_standard() -> None:
    assert CONSENT.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_what_the_bridge_needs_is_asked_for_and_to_last() -> None:
    assert set(REQUIRED_SCOPES) < set(DEFAULT_SCOPES)
    assert {"openid", "offline_access"} < set(DEFAULT_SCOPES)


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8765/callback?code=c0de&state=af0ifjsldkj",
        "http://127.0.0.1:8765/callback#code=c0de&state=af0ifjsldkj&scope=openid%20orders_read",
        "https://example.com/done?tab=1#id_token=x.y.z&code=c0de&state=af0ifjsldkj",
        "  code=c0de&state=af0ifjsldkj\n",
        "#code=c0de&state=af0ifjsldkj",
        "/callback?code=c0de&state=af0ifjsldkj",
        "c0de",
    ],
)
def test_a_code_is_found_wherever_the_browser_shows_it(text: str) -> None:
    assert CONSENT.code_in(landed(text, CONSENT.state)) == "c0de"


@pytest.mark.parametrize("answer", [{"code": "c0de", "state": "other"}, {"code": "c0de"}, {}, {"state": "öther"}])
def test_an_answer_to_another_consent_is_not_taken(answer: dict[str, str]) -> None:
    with pytest.raises(NotAuthentic, match="begin again"):
        CONSENT.code_in(answer)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "refused"),
        ("invalid_scope", "scopes"),
        ("unauthorized_client", "client id and the redirect address"),
        ("<script>", "an error"),
    ],
)
def test_a_no_is_told_in_words_that_help(error: str, words: str) -> None:
    for answer in ({"error": error, "state": CONSENT.state}, {"error": error}):
        with pytest.raises(Refused, match=words) as refusal:
            CONSENT.code_in(answer)
        assert "<" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "   ", "http://127.0.0.1:8765/callback"])
def test_an_address_without_an_answer_holds_none(text: str) -> None:
    assert landed(text, CONSENT.state) == {}


def test_an_answer_without_a_code_says_so() -> None:
    with pytest.raises(Refused, match="no code"):
        CONSENT.code_in({"state": CONSENT.state})


def test_nothing_random_of_it_is_printed() -> None:
    for secret in (CONSENT.state, CONSENT.nonce, CONSENT.verifier):
        assert secret not in repr(replace(CONSENT))
