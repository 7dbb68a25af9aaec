"""A brain she has learnt is given away, or taken in from a friend."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from zishu_app.brains.bases import find_base
from zishu_app.brains.cards import BUILTIN_ID
from zishu_app.brains.gift import Gift, base_name, copy_adapter, not_written, read_gift, write_gift
from zishu_app.brains.keeping import shelve
from zishu_app.brains.learnt import LORA, Learnt
from zishu_app.character.card_file import card_text
from zishu_app.character.cast import card_of
from zishu_app.core.errors import DataError, UsageError
from zishu_app.core.files import new_folder, whole_file
from zishu_app.core.texts import Language, t
from zishu_app.core.weights import sum_of, weights_sha256
from zishu_app.house import House
from zishu_app.jobs.specs import ExportSpec
from zishu_app.studio.bases import base_of, ground_of
from zishu_app.studio.learnt import write_gguf
from zishu_app.studio.parity import Compared, Forms, Giving, compare, in_job
from zishu_app.training.runs import TrainingRun

Form = Literal["peft", "merged", "gguf", "folder"]
FORMS: tuple[Form, ...] = get_args(Form)


def forms_of(one: Learnt | TrainingRun) -> dict[Form, str]:
    """In which it can be given away, as people call them: a model of its own as what it is."""
    words: dict[Form, str] = {
        "folder": t("送给朋友的文件夹", "A folder for a friend"),
        "peft": t("PEFT 适配器", "A PEFT adapter"),
        "merged": t("完整的模型", "A whole model"),
        "gguf": t("GGUF（llama.cpp）", "GGUF, for llama.cpp"),
    }
    return {"merged": words["merged"]} if one.whole else words


@dataclass(frozen=True, slots=True)
class Given:
    """The ending: a file or a folder of this form, and how far it says what the adapter says; None: not asked, or nothing to ask."""

    form: Form
    path: Path
    compared: Compared | None = None

    @property
    def told(self) -> str:
        """Where it is, and what was found."""
        where = t(f"写到了 {self.path}。", f"It is in {self.path}.")
        return f"{where}\n{self.compared.told}" if self.compared else where


async def export(
    house: House, brain: Learnt, form: str, target: Path, *, check: bool = True
) -> AsyncIterator[Giving | Given]:
    """Give it away, after `check`: what was written is asked the twenty prompts, and does not stay where that fails. Ends with Given.

    Raises UsageError for an unknown form, DataError: the place is taken, or there is no such form of it; JobFailed (a template
    differs, say), JobLost.
    """
    meant = next((one for one in FORMS if one == form), None)
    if meant is None:
        known = t("、", ", ").join(FORMS)
        raise UsageError(t(f"没有“{form}”这种形式。", f'There is no form "{form}".'), known)
    if meant not in forms_of(brain):
        raise DataError(
            t(
                f"“{brain.name}”是整个模型一起学的，没有适配器。",
                f'"{brain.name}" is a model of its own: all of it was trained, there is no adapter.',
            ),
            t("导出整个模型：merged。", "Give the whole model away: merged."),
        )
    target = await asyncio.to_thread(_free, target)
    async for event in _written(house, brain, meant, target):
        yield event
    found: Compared | None = None
    proven = False
    try:
        if check:
            async for step in compare(house, brain, await asyncio.to_thread(_forms, brain, meant, target)):
                if isinstance(step, Giving):
                    yield step
                elif step.sides:
                    found = step
        proven = True
    finally:
        if not proven:  # it is not what she is, or nobody knows whether it is
            await asyncio.to_thread(_remove, target)
    yield Given(meant, target, found)


async def take_in(house: House, folder: Path) -> Learnt:
    """A friend's folder becomes a brain of hers; nothing of it stays where something is wrong.

    Raises DataError: the folder, or its base is not here or another one.
    """
    gift = await asyncio.to_thread(lambda: read_gift(folder.expanduser().absolute()))
    brain = await asyncio.to_thread(_about, house, gift)
    if gift.lora is not None or not brain.base_gguf:
        lora = gift.lora if brain.base_gguf else None
        return await asyncio.to_thread(shelve, brain, gift.adapter, lora)
    async for _ in base_of(house, gift.base):
        continue  # its configuration is needed, so the built-in one is made where it is not there yet
    lora = house.home.brains / f".{gift.hashes['adapter'][:16]}.gguf"
    try:
        result = await write_gguf(house, brain, gift.adapter, lora)
        if "why_not" in result:
            raise DataError(result["why_not"], result["hint"])
        return await asyncio.to_thread(shelve, brain, gift.adapter, lora)
    finally:
        await asyncio.to_thread(lora.unlink, missing_ok=True)


async def _written(house: House, brain: Learnt, form: Form, target: Path) -> AsyncIterator[Giving]:
    """It is there, whole or not at all."""
    if brain.whole:
        await asyncio.to_thread(_give_model, brain, target)
    elif form == "merged":
        spec = ExportSpec("merged", brain.base_folder, str(brain.adapter), str(target))
        async for event in in_job(house, spec):
            if isinstance(event, Giving):
                yield event
    elif form == "gguf":
        await _give_gguf(house, brain, target)
    elif form == "folder":
        await asyncio.to_thread(_give_folder, house, brain, target)
    else:
        await asyncio.to_thread(_give_peft, brain, target)


def _forms(brain: Learnt, form: Form, target: Path) -> Forms:
    """What of a thing that was written can be held against the adapter, for which the base has to be here. Blocking."""
    if brain.whole:
        return Forms()
    if form == "merged" or not (Path(brain.base_folder) / "config.json").is_file():
        return Forms(merged=target if form == "merged" else None)
    return Forms(lora={"gguf": target, "folder": target / LORA}.get(form))


def _remove(target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target, ignore_errors=True)
    else:
        target.unlink(missing_ok=True)


async def _give_gguf(house: House, brain: Learnt, target: Path) -> None:
    if await asyncio.to_thread(brain.lora.is_file):
        await asyncio.to_thread(_copy, brain.lora, target)
        return
    result = await write_gguf(house, brain, brain.adapter, target)
    if "why_not" in result:
        raise DataError(result["why_not"], result["hint"])


def _free(target: Path) -> Path:
    """Where it goes. Raises DataError for a place that is taken."""
    target = target.expanduser().absolute()
    if target.exists():
        raise not_written(target, FileExistsError(target))
    return target


def _copy(source: Path, target: Path) -> None:
    try:
        with source.open("rb") as there, whole_file(target) as here:
            shutil.copyfileobj(there, here)
    except OSError as error:
        raise not_written(target, error) from error


def _give_peft(brain: Learnt, target: Path) -> None:
    try:
        with new_folder(target, read_only=False) as made:
            copy_adapter(brain, made)
    except OSError as error:
        raise not_written(target, error) from error


def _give_model(brain: Learnt, target: Path) -> None:
    folder, _ = brain.loaded
    try:
        with new_folder(target, read_only=False) as made:
            shutil.copytree(folder, made, dirs_exist_ok=True)
    except OSError as error:
        raise not_written(target, error) from error


def _give_folder(house: House, brain: Learnt, target: Path) -> None:
    """With who she is in both languages, and what to do with it."""
    wanted = house.settings.companion
    names: dict[Language, str] = {"zh": "card.toml", "en": "card.en.toml"}
    cards = {language: card_of(house.home, wanted.character, language) for language in names}
    texts = {names[language]: card_text(card) for language, card in cards.items()}
    texts["README.md"] = _READ_ME["zh"].format(name=brain.name, who=cards["zh"].name, base=base_name(brain))
    texts["README.en.md"] = _READ_ME["en"].format(
        name=brain.name, who=cards["en"].name, base=base_name(brain)
    )
    write_gift(brain, target, texts)


def _about(house: House, gift: Gift) -> Learnt:
    """All that is known before it is kept. Raises DataError where its base is not here, or is another one."""
    folder = house.home.bases / gift.base
    if gift.base != BUILTIN_ID:
        folder = find_base(house.home, gift.base).folder
        _require_same(gift, gift.base_sha256, weights_sha256(folder))
    ground = ground_of(house, gift.base, folder)
    if ground.gguf is not None:
        _require_same(gift, gift.hashes.get("base_gguf", ""), sum_of(ground.gguf))
    return Learnt(
        id="",
        folder=house.home.brains / "-",
        name=gift.name,
        created=house.clock.now().isoformat(),
        run="",
        parent="",
        base=gift.base,
        base_folder=str(folder),
        base_gguf=str(ground.gguf or ""),
        base_spec=ground.spec,
        hashes={name: one for name, one in gift.hashes.items() if name == "template"},
        languages=gift.languages or ground.languages,
        marks=gift.marks,
    )


def _require_same(gift: Gift, told: str, here: str) -> None:
    """Raises DataError where it has learnt on another base than is here."""
    if told not in ("", here):
        raise DataError(
            t(
                f"“{gift.name}”是在另一个版本的 {gift.base} 上学的。",
                f'"{gift.name}" has learnt on another version of {gift.base}.',
            ),
            t(f"需要的那个，sha256 是 {told}。", f"The one it takes has the sha256 {told}."),
        )


_READ_ME: dict[Language, str] = {
    "zh": """# {name}

{who}学成的一个大脑：底座 {base} 上的 LoRA 适配器，连同她的角色卡和考试成绩。

用紫舒收下它：

    zishu brains import 这个文件夹
    zishu brains use {name}

- `adapter/`：PEFT 格式，transformers 可以直接用。
- `lora.gguf`：同一个适配器，llama.cpp 用 `--lora lora.gguf` 叠加在 {base} 的 GGUF 上。
- `card.toml`、`card.en.toml`：她是谁。
- `brain.json`：成绩和校验和。

这里没有密钥，没有她的记忆，也没有任何聊天记录。不过适配器是从主人认可的对话学来的，可能会说出其中的内容。
""",
    "en": """# {name}

A brain that {who} has learnt: a LoRA adapter on the base {base}, with her card and the marks of her exam.

To take it into Zishu:

    zishu brains import THIS-FOLDER
    zishu brains use {name}

- `adapter/`: in the form of PEFT, for transformers.
- `lora.gguf`: the same for llama.cpp, laid over the GGUF of {base} with `--lora lora.gguf`.
- `card.toml`, `card.en.toml`: who she is.
- `brain.json`: marks and hashes.

There is no key in here, none of her memories and no talk. But an adapter is learnt from talks its owner approved of, and may
say what was in them.
""",
}
