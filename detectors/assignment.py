"""Pairs of rows and columns with the greatest sum: the assignment problem, exactly.

Shortest augmenting paths (Jonker and Volgenant, 1987) over a matrix of at least 0, where a row
may also stay alone. It begins with each row's best column, which is nearly always the answer:
only rows that want the same column cost a search.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Matrix = list[list[float]]


def best_pairs(worth: Matrix) -> list[tuple[int, int]]:
    """(row, column) by row, each row and column at most once, of the greatest sum of `worth`.

    Args:
        worth: Rows of equal length, values of 0 and more; pairs worth 0 are left out.
    """
    problem = _Problem(worth)
    for row in range(len(worth)):
        problem.place(row)
    chosen = enumerate(problem.column_of)
    return [(row, column) for row, column in chosen if column is not None and worth[row][column]]


@dataclass(slots=True)
class _Path:
    """The cheapest ways from one row to columns, as far as searched."""

    cost: list[float]
    via: list[int]
    reached: dict[int, float] = field(default_factory=dict)  # rows, with what they cost
    closed: list[int] = field(default_factory=list)  # columns


class _Problem:
    """Pairs chosen so far, with prices that prove them the best: worth <= row + column price."""

    def __init__(self, worth: Matrix) -> None:
        self._worth = worth
        self._columns = len(worth[0]) if worth else 0
        self._row_price = [max(row, default=0.0) for row in worth]
        self._column_price = [0.0] * self._columns
        self._row_of: list[int | None] = [None] * self._columns
        self.column_of: list[int | None] = [None] * len(worth)

    def place(self, row: int) -> None:
        """Give `row` its best column, or rearrange those before it at the least loss."""
        if self._row_price[row] <= 0:
            return
        best = self._worth[row].index(self._row_price[row])
        if self._row_of[best] is None:
            self._join(row, best)
        else:
            self._rearrange(row)

    def _join(self, row: int, column: int | None) -> int | None:
        """Pair them, or leave `row` alone; the column it had before."""
        before, self.column_of[row] = self.column_of[row], column
        if column is not None:
            self._row_of[column] = row
        return before

    def _rearrange(self, start: int) -> None:
        path = _Path([float("inf")] * self._columns, [start] * self._columns)
        row, cost = start, 0.0
        alone_cost, alone = float("inf"), start  # the cheapest way that leaves a row alone
        while True:
            path.reached[row] = cost
            if cost + self._row_price[row] < alone_cost:
                alone_cost, alone = cost + self._row_price[row], row
            self._look_from(row, cost, path)
            column = self._cheapest(path)
            if column is None or path.cost[column] >= alone_cost:
                self._reprice(path, alone_cost)
                return self._shift(self._join(alone, None), path)
            cost = path.cost[column]
            owner = self._row_of[column]
            if owner is None:
                self._reprice(path, cost)
                return self._shift(column, path)
            path.closed.append(column)
            row = owner

    def _look_from(self, row: int, cost: float, path: _Path) -> None:
        base, worth = cost + self._row_price[row], self._worth[row]
        for column, price in enumerate(self._column_price):
            through = base + price - worth[column]
            if through < path.cost[column] and column not in path.closed:
                path.cost[column], path.via[column] = through, row

    def _cheapest(self, path: _Path) -> int | None:
        is_open = (column for column in range(self._columns) if column not in path.closed)
        return min(is_open, key=path.cost.__getitem__, default=None)

    def _reprice(self, path: _Path, end: float) -> None:
        for row, cost in path.reached.items():
            self._row_price[row] -= end - cost
        for column in path.closed:
            self._column_price[column] += end - path.cost[column]

    def _shift(self, column: int | None, path: _Path) -> None:
        """Hand `column` back along the path, each row on it giving up the one it had."""
        while column is not None:
            column = self._join(path.via[column], column)
