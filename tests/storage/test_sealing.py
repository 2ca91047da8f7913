"""What is sealed is read with its key, and with no other."""

import pytest

from storage.errors import NoKey
from storage.sealing import Seal, fresh_key


@pytest.mark.parametrize("text", ["", "a token", "Grüße ✓", "\x00", "half of a pair \ud83d"])
def test_what_was_sealed_is_unsealed_and_cannot_be_read_meanwhile(text: str) -> None:
    seal = Seal.of([fresh_key()])
    sealed = seal.seal(text)
    assert seal.unseal(sealed) == text
    assert not text or text.encode("utf-8", "surrogatepass") not in sealed
    assert seal.seal(text) != sealed


def test_an_older_key_still_unseals_and_the_newest_seals() -> None:
    old, new = fresh_key(), fresh_key()
    kept = Seal.of([old]).seal("a token")
    both = Seal.of([new, old])
    assert both.unseal(kept) == "a token"
    assert Seal.of([new]).unseal(both.seal("another")) == "another"


def test_without_its_key_it_is_said_which_setting_to_look_at() -> None:
    kept = Seal.of([fresh_key()]).seal("a token")
    with pytest.raises(NoKey, match=r"not among RESOLUTIONFLOW_KEYS.*keys rotate --forget"):
        Seal.of([fresh_key()]).unseal(kept)


def test_what_was_tampered_with_is_refused() -> None:
    seal = Seal.of([fresh_key()])
    kept = seal.seal("a token")
    for wrong in (kept[:-1], b"", b"a token", kept[:40] + bytes([kept[40] ^ 1]) + kept[41:]):
        with pytest.raises(NoKey):
            seal.unseal(wrong)


@pytest.mark.parametrize("wrong", ["", "secret", "A" * 44, f"{'é' * 43}="])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(NoKey, match="RESOLUTIONFLOW_KEYS"):
        Seal.of([fresh_key(), wrong])


def test_no_keys_are_no_seal() -> None:
    with pytest.raises(NoKey, match=r"no key.*RESOLUTIONFLOW_KEYS.*resolutionflow up"):
        Seal.of([])
