"""The tables of DynamoDB as data: the stacks, the emulator and the adapters mean the same ones.

Every table has a partition key ``pk`` and a sort key ``sk``, both texts; what they hold, each adapter says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import CreateTableInputTypeDef, UpdateTimeToLiveInputTypeDef


@dataclass(frozen=True, slots=True)
class Table:
    """One table; everything that differs between them."""

    name: str
    #: Its changes can be followed, with what each item was and became.
    has_stream: bool = False
    #: Its items go by themselves, at the latest days after the moment in their ``expires_at`` (a number:
    #: seconds since 1970).
    expires: bool = False

    def creation(self, name: str) -> CreateTableInputTypeDef:
        """Return what makes the table under that name. Paid by request: an idle shop costs nothing."""
        asked: CreateTableInputTypeDef = {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        }
        if self.has_stream:
            asked["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        return asked

    def expiry(self, name: str) -> UpdateTimeToLiveInputTypeDef:
        """Return what lets the items of the table under that name expire."""
        return {
            "TableName": name,
            "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires_at"},
        }


PREFERENCES = Table("preferences")
CATALOG = Table("catalog", has_stream=True)
MAILS = Table("mails", expires=True)
#: Every table of the shop; the stacks make exactly these.
TABLES = (PREFERENCES, CATALOG, MAILS)
