"""Excel files of items: a bank written out, and the template with examples and instructions."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from . import excel
from .drafts import Draft
from .items import ALL, MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SINGLE, TEXT

SHEET = "Вопросы"
_WIDE = {"Вопрос": 60, "Тема": 26, "Вид": 20, "Правильный ответ": 18}
_EMPTY_ROWS = 200
"""Rows of the template that are ready to be filled in: cells as text, so that Excel turns nothing into a date."""
EXAMPLES = (
    Draft("Алгебра", SINGLE, "1", "Чему равно $\\frac{3}{4}+\\frac{1}{8}$?",
          choices=["$\\frac{7}{8}$", "$\\frac{4}{12}$", "$\\frac{1}{2}$"], correct=[1]),
    Draft("Алгебра", MULTIPLE, "2", "Отметьте корни уравнения $x^2-5x+6=0$.",
          choices=["1", "2", "3", "6"], correct=[2, 3], scoring=PARTIAL),
    Draft("Арифметика", NUMERIC, "1", "Вычислите $\\sqrt{2}$ с точностью до сотых.", value="1.41", tolerance="0.005"),
    Draft("Геометрия", TEXT, "1", "Как называется отрезок, соединяющий вершину треугольника с серединой "
          "противоположной стороны?", choices=["медиана", "медиана треугольника"]),
    Draft("Геометрия", MATCHING, "2", "Соотнесите фигуру и формулу её площади.",
          choices=["квадрат", "круг", ""], pairs=["$a^2$", "$\\pi r^2$", "$2\\pi r$"], scoring=PARTIAL),
    Draft("Методика", ORDERING, "1", "Расположите этапы решения текстовой задачи по порядку.",
          choices=["анализ условия", "поиск плана", "решение", "проверка"], scoring=ALL),
)  # fmt: skip
GUIDE = (
    "Каждая строка листа «Вопросы» — один вопрос. Листы «Примеры» и «Как заполнять» не загружаются.",
    "Код: оставьте пустым для нового вопроса. Код уже загруженного вопроса — чтобы изменить его.",
    "Тема: по темам набирается вариант теста, пишите её одинаково.",
    f"Вид: {', '.join(excel.KINDS.values())}.",
    "Баллы: больше 0, не больше 100, не больше двух знаков после запятой. Пусто — 1 балл.",
    "Один ответ, несколько ответов: варианты — в столбцах «Вариант», их номера — в столбце «Правильный ответ»: 1; 3.",
    "Число: ответ — в столбце «Правильный ответ», допустимое отклонение — в столбце «Погрешность».",
    "Краткий ответ: все принимаемые написания — в столбцах «Вариант». «ё» и «е», лишние пробелы не различаются; "
    "прописные и строчные различаются, если в столбце «Оценивание» стоит «с учётом прописных».",
    "Соответствие: «Вариант 1» соответствует «Паре 1» и так далее. Лишняя пара — без варианта.",
    "Порядок: варианты в правильном порядке, слушатель увидит их вперемешку.",
    "Оценивание: «целиком» — все баллы или ничего; «по частям» — для нескольких ответов, соответствия и порядка.",
    "Формулы пишите в LaTeX между знаками $: $\\frac{1}{2}$. Сам знак доллара — \\$.",
    "Рисунок: ![что на нём](имя_файла.png); файл Excel и рисунки загрузите одним архивом ZIP.",
)


def write(drafts: Sequence[Draft]) -> bytes:
    """A bank as an Excel file that `excel.read` takes back as it was."""
    book = Workbook(write_only=True)
    _sheet(book, SHEET, drafts, excel.widths(drafts, least=4))
    return _saved(book)


def template() -> bytes:
    """A file to fill in, with examples of all kinds and instructions."""
    book = Workbook(write_only=True)
    sheet = _sheet(book, SHEET, (), (6, 6))
    kinds = DataValidation(type="list", formula1=f'"{",".join(excel.KINDS.values())}"', allow_blank=True)
    kinds.add(f"C2:C{_EMPTY_ROWS + 1}")
    sheet.data_validations.append(kinds)
    for _number in range(_EMPTY_ROWS):
        sheet.append([_cell(sheet, "") for _each in excel.head(6, 6)])
    _sheet(book, "Примеры", EXAMPLES, (6, 6))
    guide = book.create_sheet("Как заполнять")
    guide.column_dimensions["A"].width = 110
    for line in GUIDE:
        guide.append([_cell(guide, line)])
    return _saved(book)


def _sheet(book: Any, title: str, drafts: Sequence[Draft], size: tuple[int, int]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    labels = excel.head(*size)
    for index, label in enumerate(labels, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = _WIDE.get(label, 14)
    sheet.append([_cell(sheet, label, bold=True) for label in labels])
    for draft in drafts:
        sheet.append([_cell(sheet, text) for text in excel.row_of(draft, *size)])
    return sheet


def _cell(sheet: Any, text: str, bold: bool = False) -> Any:
    """A cell that stays text: no formula, no date, no rounding."""
    cell = WriteOnlyCell(sheet, value=None)
    if text:
        cell.value = text
        cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _saved(book: Any) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()
