"""What an agent can choose in the window: mode, commands, settings. Shown as far as it is configured."""

import logging
from collections.abc import Mapping
from typing import Any

import chainlit as cl
from chainlit.context import context
from chainlit.input_widget import InputWidget, Select, Slider
from chainlit.mode import Mode, ModeOption

from assistant.prompts import PromptError
from web import chat, slash
from web.presets import LENGTHS, TONES, Preset, load_preset
from web.texts import Language, cookie, text
from web.window import Window

log = logging.getLogger("deskmate.controls")
LAYERS = ("faq", "chat_log", "changelog")


async def show(window: Window, resumed: bool = False) -> None:
    """Offer the choices in the composer of this session; a resumed conversation keeps its settings."""
    language = chat.language()
    preset = _preset(window)
    await context.emitter.set_modes(_modes(window, language))
    await context.emitter.set_commands(slash.offered(window, language))
    settings = cl.ChatSettings(_settings(window, language, preset))
    await (settings.refresh() if resumed else settings.send())
    if preset and not resumed:
        await context.emitter.send_toast(preset.zh if language == "zh" else preset.en, "info")


def _preset(window: Window) -> Preset | None:
    """The preset that the page's address named; the page keeps it in a cookie across the sign-in."""
    try:
        return load_preset(window.settings.prompts, cookie(chat.environ(), "deskmate_preset"))
    except PromptError as fault:
        log.error("event=preset_unusable fault=%s", fault)
        return None


def choices(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a Question that the settings fill."""
    chosen: dict[str, Any] = {}
    if wanted := [layer for layer in str(settings.get("layers") or "").split("+") if layer in LAYERS]:
        chosen["layers"] = tuple(wanted)
    for name in ("tone", "length"):
        if (value := str(settings.get(name) or "-")) != "-":
            chosen[name] = value
    if isinstance(settings.get("temperature"), int | float):
        chosen["temperature"] = float(settings["temperature"])
    return chosen


def _modes(window: Window, language: Language) -> list[Mode]:
    engines = window.desk.assistant.engines
    if not engines:
        return []
    options = [
        ModeOption(mode, text(f"mode_{mode}", language), text(f"mode_{mode}_hint", language, model=engine.name), icon)
        for mode, icon in (("fast", "zap"), ("expert", "graduation-cap"))
        if (engine := engines.get(mode))  # type: ignore[call-overload]
    ]
    hint = text("mode_verbatim_hint", language)
    options.append(ModeOption("verbatim", text("mode_verbatim", language), hint, "quote"))
    options[0].default = True
    return [Mode("mode", text("mode", language), options)]


def _settings(window: Window, language: Language, preset: Preset | None) -> list[InputWidget]:
    preset = preset or Preset("", "")
    layers = {text("layers_all", language): "all"} | {text(layer, language): layer for layer in LAYERS}
    first = "+".join(preset.layers) or "all"
    if first not in layers.values():
        layers[" + ".join(text(layer, language) for layer in preset.layers)] = first
    widgets: list[InputWidget] = [
        Select(id="layers", label=text("layers", language), items=layers, initial_value=first)
    ]
    if window.desk.assistant.engines:
        widgets += [
            _wording("tone", TONES, preset.tone, language),
            _wording("length", LENGTHS, preset.length, language),
            Slider(
                id="temperature",
                label=text("temperature", language),
                description=text("temperature_hint", language),
                initial=0.7,
                min=0,
                max=1,
                step=0.1,
            ),
        ]
    return widgets


def _wording(name: str, kinds: tuple[str, ...], chosen: str, language: Language) -> Select:
    """A choice whose values are what the prompt is told: the label itself, "-" for the default."""
    labels = {kind: text(f"{name}_{kind}", language) for kind in kinds}
    items = {label: "-" if kind == "default" else label for kind, label in labels.items()}
    return Select(id=name, label=text(name, language), items=items, initial_value=items[labels[chosen]])
