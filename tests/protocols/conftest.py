"""One Windows account, and the hands that ask and tell."""

from __future__ import annotations

import pytest
from bridge.protocols.permit import LoginResult

from tests.protocols.windows_account import Account


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def proven(account: Account) -> Account:
    account.logs_in(LoginResult.PROVEN)
    return account
