"""The desk's tables for finding cases: the words of each, and how many there are of each kind.

Both are kept by the database and the session in the transaction that changes a case; see
`alerts.desk.word_index` and the triggers in the migration `case_search`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from alerts.desk.columns import Base


class CaseWordsRecord(Base):
    """The words of a case, quoted on PostgreSQL (a tsvector), else parted by blanks.

    On SQLite they stand in `case_index`, an FTS5 table, too, of which SQLAlchemy knows nothing:
    `alerts.desk.word_index` writes new ones there, triggers what changes. On PostgreSQL they have
    a GIN index.
    """

    __tablename__ = "case_words"
    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


class CaseCountRecord(Base):
    """How many cases there are of one area, status, severity and category: the sum over `slot`.

    Triggers on `cases` keep it, so that no writer can forget it. On PostgreSQL each transaction
    has a slot of its own: two officers never wait for each other's counts, let alone in a ring.
    """

    __tablename__ = "case_counts"

    area_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    status: Mapped[str] = mapped_column(String(16), primary_key=True)
    severity: Mapped[str] = mapped_column(String(16), primary_key=True)
    category: Mapped[str] = mapped_column(String(100), primary_key=True)
    slot: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    cases: Mapped[int] = mapped_column(BigInteger)
