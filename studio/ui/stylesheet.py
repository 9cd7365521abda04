"""The style sheet of every standard control, written from the design tokens.

A widget says what it is through a property: `kind` for buttons (primary, secondary, tool, danger, link), `tone` for
labels (a colour token), `surface` for panels, `state="error"` for inputs. No font is set here: a style sheet knows no
axes of variable fonts, and would take the weight away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.ui.theme import Theme

LABEL_TONES = (
    "text",
    "text_2",
    "text_3",
    "text_disabled",
    "accent_text",
    "clean",
    "dirty",
    "look",
    "danger",
    "warning",
    "success",
)
SURFACES = ("canvas", "surface", "sunken", "plot_bg", "danger_soft", "warning_soft", "accent_soft")


def stylesheet(theme: Theme) -> str:
    """The whole style sheet for one look."""
    parts = (_base, _labels, _surfaces, _buttons, _inputs, _sliders, _bars, _views, _menus)
    return "\n".join(part(theme) for part in parts)


def _grounds(theme: Theme) -> tuple[str, str]:
    """Fill of what is typed into, fill of what lies in tool rows: dark surfaces step down and up, light ones stay."""
    return (theme.css("canvas"), theme.css("hover")) if theme.is_dark else (theme.css("surface"), theme.css("surface"))


def _base(theme: Theme) -> str:
    c = theme.css
    return f"""
    QMainWindow, QDialog {{ background: {c("canvas")}; }}
    QWidget {{ color: {c("text")}; }}
    QWidget:disabled {{ color: {c("text_disabled")}; }}
    QToolTip {{
        background: {c("tooltip")}; color: {c("tooltip_text")}; border: 1px solid {c("tooltip")};
        border-radius: {theme.radius("control")}px; padding: 4px 8px;
    }}
    """


def _labels(theme: Theme) -> str:
    tones = "\n".join(f'QLabel[tone="{tone}"] {{ color: {theme.css(tone)}; }}' for tone in LABEL_TONES)
    return f"QLabel {{ background: transparent; }}\n{tones}"


def _surfaces(theme: Theme) -> str:
    line, radius = theme.css("line"), theme.radius("card")
    fills = "\n".join(f'QWidget[surface="{name}"] {{ background: {theme.css(name)}; }}' for name in SURFACES)
    return f"""
    {fills}
    QFrame[card="true"] {{ background: {theme.css("surface")}; border: 1px solid {line}; border-radius: {radius}px; }}
    QFrame[card="plot"] {{ background: {theme.css("plot_bg")}; border: 1px solid {line}; border-radius: {radius}px; }}
    QFrame[card="track"] {{ background: {theme.css("sunken")}; border: 1px solid {line}; border-radius: {radius}px; }}
    QSplitter::handle {{ background: {line}; }}
    QScrollArea, QScrollArea > QWidget > QWidget[scrolled="true"] {{ background: transparent; border: none; }}
    QStackedWidget {{ background: transparent; }}
    """


def _buttons(theme: Theme) -> str:
    c = theme.css
    sunk, raised = _grounds(theme)
    radius = theme.radius("control")
    small, control, large = (theme.height(name) for name in ("control_small", "control", "button_primary"))
    return f"""
    QPushButton {{
        background: {sunk}; color: {c("text")}; border: 1px solid {c("control_line")};
        border-radius: {radius}px; padding: 0 12px; min-height: {control - 2}px;
    }}
    QPushButton:hover {{ background: {c("hover")}; }}
    QPushButton:pressed {{ background: {c("pressed")}; }}
    QPushButton[kind="tool"] {{ background: {raised}; border-color: {c("line_strong")}; }}
    QPushButton[kind="tool"]:hover {{ background: {c("hover" if not theme.is_dark else "pressed")}; }}
    QPushButton[kind="tool"]:pressed {{ background: {c("pressed" if not theme.is_dark else "line_strong")}; }}
    QPushButton[kind="danger"] {{ color: {c("danger")}; }}
    QPushButton[kind="link"], QPushButton[kind="dangerlink"] {{
        background: transparent; border-color: transparent; color: {c("accent_text")}; padding: 0;
    }}
    QPushButton[kind="dangerlink"] {{ color: {c("danger")}; }}
    QPushButton[kind="link"]:hover, QPushButton[kind="dangerlink"]:hover,
    QPushButton[kind="link"]:pressed, QPushButton[kind="dangerlink"]:pressed {{ background: transparent; }}
    QPushButton:disabled {{
        background: {c("sunken" if not theme.is_dark else "hover")}; color: {c("text_disabled")};
        border-color: {c("line")};
    }}
    QPushButton[kind="link"]:disabled, QPushButton[kind="dangerlink"]:disabled {{
        background: transparent; border-color: transparent;
    }}
    QPushButton[kind="primary"] {{
        background: {c("accent")}; color: {c("on_accent")}; border: 1px solid {c("accent")};
        min-height: {large - 2}px; padding: 0 17px;
    }}
    QPushButton[kind="primary"]:hover {{ background: {c("accent_hover")}; border-color: {c("accent_hover")}; }}
    QPushButton[kind="primary"]:pressed {{ background: {c("accent_pressed")}; border-color: {c("accent_pressed")}; }}
    QPushButton[kind="primary"]:disabled {{
        background: {c("sunken" if not theme.is_dark else "hover")}; color: {c("text_disabled")};
        border-color: {c("line")};
    }}
    QPushButton[tier="small"] {{ min-height: {small - 2}px; padding: 0 10px; }}
    QPushButton[tier="large"] {{ min-height: {large - 2}px; }}
    QToolButton {{
        background: transparent; border: 1px solid transparent; border-radius: {radius}px; padding: 0;
        color: {c("text_2")};
    }}
    QToolButton:hover {{ background: {c("hover")}; }}
    QToolButton:pressed {{ background: {c("pressed")}; }}
    QToolButton:checked {{ background: {c("accent_soft")}; color: {c("accent_text")}; }}
    QToolButton:disabled {{ background: transparent; color: {c("text_disabled")}; }}
    QToolButton[kind="tool"] {{ background: {raised}; border-color: {c("line_strong")}; }}
    QToolButton[kind="tool"]:hover {{ background: {c("hover" if not theme.is_dark else "pressed")}; }}
    QToolButton[kind="tool"]:pressed {{ background: {c("pressed" if not theme.is_dark else "line_strong")}; }}
    QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0; }}
    QCheckBox, QRadioButton {{ spacing: {theme.space()}px; }}
    """


def _inputs(theme: Theme) -> str:
    c = theme.css
    sunk, raised = _grounds(theme)
    radius, inner = theme.radius("control"), theme.height("control") - 2
    inputs = "QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit"
    focused = ", ".join(f"{name}:focus" for name in inputs.split(", "))
    faulty = ", ".join(f'{name}[state="error"]' for name in inputs.split(", "))
    disabled = ", ".join(f"{name}:disabled" for name in inputs.split(", "))
    return f"""
    {inputs} {{
        background: {sunk}; color: {c("text")}; border: 1px solid {c("control_line")};
        border-radius: {radius}px; padding: 0 10px;
        selection-background-color: {c("accent")}; selection-color: {c("on_accent")};
    }}
    QComboBox[kind="tool"] {{ background: {raised}; border-color: {c("line_strong")}; }}
    QLineEdit, QAbstractSpinBox, QComboBox {{ min-height: {inner}px; }}
    {focused} {{ border: 2px solid {c("focus")}; padding: 0 9px; }}
    QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ min-height: {inner - 2}px; }}
    {faulty} {{ border: 2px solid {c("danger")}; padding: 0 9px; }}
    QLineEdit[state="error"], QAbstractSpinBox[state="error"], QComboBox[state="error"] {{
        min-height: {inner - 2}px;
    }}
    {disabled} {{ background: {c("sunken")}; color: {c("text_disabled")}; border: 1px solid {c("line")}; }}
    QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0; min-height: 0; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
        background: transparent; border: none; width: 24px; subcontrol-origin: border;
    }}
    QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
    QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
    QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow {{ image: none; width: 0; height: 0; }}
    QComboBox::drop-down {{ background: transparent; border: none; width: 28px; }}
    QComboBox::down-arrow {{ image: none; width: 0; height: 0; }}
    QComboBox QAbstractItemView {{
        background: {c("surface")}; color: {c("text")}; border: 1px solid {c("line_strong")};
        padding: 4px; outline: none;
    }}
    QComboBox QAbstractItemView::item {{
        min-height: {theme.height("control_small")}px; padding: 0 8px; border-radius: {theme.radius("chip")}px;
    }}
    QComboBox QAbstractItemView::item:hover {{ background: {c("hover")}; }}
    QComboBox QAbstractItemView::item:selected {{ background: {c("selected")}; color: {c("text")}; }}
    QPlainTextEdit[plain="true"], QPlainTextEdit[plain="true"]:focus {{
        border: none; border-radius: 0; padding: 0; background: {c("canvas")};
    }}
    """


def _sliders(theme: Theme) -> str:
    c = theme.css
    track, knob = theme.height("slider_track"), theme.height("slider_knob")
    off, grown = (knob - track) // 2, knob + 2
    return f"""
    QSlider {{ background: transparent; min-height: {grown}px; }}
    QSlider::groove:horizontal {{
        height: {track}px; background: {c("track")}; border-radius: {track // 2}px;
    }}
    QSlider::sub-page:horizontal {{
        height: {track}px; background: {c("progress")}; border-radius: {track // 2}px;
    }}
    QSlider::handle:horizontal {{
        width: {knob - 2}px; height: {knob - 2}px; margin: -{off}px 0; border-radius: {knob // 2}px;
        background: {c("knob")}; border: 1px solid {c("control_line" if not theme.is_dark else "knob")};
    }}
    QSlider::handle:horizontal:hover {{
        width: {grown - 2}px; height: {grown - 2}px; margin: -{off + 1}px 0; border-radius: {grown // 2}px;
    }}
    QSlider::sub-page:horizontal:disabled, QSlider[off="true"]::sub-page:horizontal {{
        background: {c("text_disabled")};
    }}
    QSlider::handle:horizontal:disabled, QSlider[off="true"]::handle:horizontal {{
        background: {c("sunken" if not theme.is_dark else "text_disabled")}; border-color: {c("text_disabled")};
    }}
    """


def _bars(theme: Theme) -> str:
    c = theme.css
    lane, thumb = theme.width("scroll_bar"), 6
    gap = (lane - thumb) // 2
    line = theme.color("control_line", 0.6)
    fill = f"rgba({line.red()}, {line.green()}, {line.blue()}, {line.alpha()})"
    return f"""
    QScrollBar {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ width: {lane}px; }}
    QScrollBar:horizontal {{ height: {lane}px; }}
    QScrollBar::handle {{ background: {fill}; border-radius: {thumb // 2}px; }}
    QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {c("control_line")}; }}
    QScrollBar::handle:vertical {{ margin: {gap}px; min-height: 32px; }}
    QScrollBar::handle:horizontal {{ margin: {gap}px; min-width: 32px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; background: none; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
    QAbstractScrollArea::corner {{ background: transparent; }}
    QProgressBar {{
        background: {c("line" if theme.is_dark else "sunken")}; border: none;
        border-radius: {theme.height("progress") // 2}px;
        max-height: {theme.height("progress")}px; min-height: {theme.height("progress")}px;
    }}
    QProgressBar::chunk {{ background: {c("progress")}; border-radius: {theme.height("progress") // 2}px; }}
    """


def _views(theme: Theme) -> str:
    c = theme.css
    return f"""
    QAbstractItemView {{
        background: transparent; border: none; outline: none;
        selection-background-color: {c("selected")}; selection-color: {c("text")};
    }}
    QListView[rows="names"]::item {{
        min-height: {theme.height("control_small")}px; padding: 0 8px; border-radius: {theme.radius("chip")}px;
    }}
    QListView[rows="names"]::item:hover {{ background: {c("hover")}; }}
    QListView[rows="names"]::item:selected {{ background: {c("selected")}; color: {c("text")}; }}
    QTableView {{ gridline-color: transparent; alternate-background-color: transparent; }}
    QTableView::item {{ border: none; border-bottom: 1px solid {c("line")}; padding: 0 8px; }}
    QTableView::item:selected {{ background: {c("selected")}; color: {c("text")}; }}
    QHeaderView {{ background: transparent; border: none; }}
    QHeaderView::section {{
        background: transparent; color: {c("text_2")}; border: none; border-bottom: 1px solid {c("line")};
        padding: 0 8px; min-height: {theme.height("table_row")}px;
    }}
    QTableView[edge="page"] QHeaderView::section:first {{ padding-left: {theme.space(3)}px; }}
    QTableView[edge="narrow"] QHeaderView::section:first {{ padding-left: {theme.space(2)}px; }}
    QTableCornerButton::section {{ background: transparent; border: none; }}
    """


def _menus(theme: Theme) -> str:
    c = theme.css
    return f"""
    QMenu {{
        background: {c("surface")}; color: {c("text")}; border: 1px solid {c("line_strong")}; padding: 4px;
    }}
    QMenu::item {{
        min-height: {theme.height("control_small")}px; padding: 0 24px 0 10px; border-radius: {theme.radius("chip")}px;
    }}
    QMenu::item:selected {{ background: {c("hover")}; }}
    QMenu::item:disabled {{ color: {c("text_disabled")}; }}
    QMenu::separator {{ height: 1px; background: {c("line")}; margin: 4px 8px; }}
    QMenu::icon {{ padding-left: 8px; }}
    """
