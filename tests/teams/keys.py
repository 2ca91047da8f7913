"""Keys to sign with, as a JWKS shows them; made while the tests run."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)

from tests.teams.world import Json


@lru_cache(maxsize=4)
def _made(name: str) -> rsa.RSAPrivateKey:
    """One of a few that all worlds of a process share: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@dataclass(frozen=True)
class Key:
    """An RSA key with its id, and the channels that it vouches for."""

    kid: str
    private: rsa.RSAPrivateKey
    endorsements: tuple[str, ...] = ()

    @classmethod
    def make(cls, name: str, *endorsements: str) -> "Key":
        """The key of that name, with an id that was never seen."""
        return cls(uuid4().hex, _made(name), endorsements)

    def sign(self, claims: Json, **headers: Any) -> str:
        """A token with these claims."""
        return jwt.encode(claims, self.private, "RS256", headers={"kid": self.kid, **headers})

    def public_pem(self) -> bytes:
        """The public half, as it could be mistaken for a shared secret."""
        public = self.private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def told(self) -> Json:
        """As it stands in a JWKS."""
        algorithm = jwt.algorithms.RSAAlgorithm
        shown: Json = json.loads(algorithm.to_jwk(self.private.public_key()))
        shown |= {"kid": self.kid, "x5t": self.kid, "use": "sig", "alg": "RS256"}
        return shown | ({"endorsements": [*self.endorsements]} if self.endorsements else {})
