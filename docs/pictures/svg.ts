/** Attributes of an SVG element; those that are undefined are left out. */
type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with its content, as text. Numbers are rounded to a tenth of a pixel. */
export function element(name: string, attributes: Attributes, content = ""): string {
    const written = Object.entries(attributes)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => ` ${key}="${typeof value === "number" ? Math.round(value * 10) / 10 : value}"`)
        .join("");
    return content === "" ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** A line of text. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
    return element("text", { x, y, ...attributes }, text.replace(/&/g, "&amp;").replace(/</g, "&lt;"));
}

const fonts = "font: 13px system-ui, 'DejaVu Sans', sans-serif";

/** One colour for a light page and one for a dark page; each reaches 4.5 : 1 on its background where it carries text. */
const palette = {
    paper: ["#ffffff", "#0d1117"],
    ink: ["#1f2328", "#e6edf3"],
    soft: ["#59636e", "#9198a1"],
    rule: ["#d1d9e0", "#3d444d"],
    box: ["#f6f8fa", "#161b22"],
    current: ["#0969da", "#4493f8"],
    overlap: ["#bc4c00", "#f0883e"],
    waiting: ["#d8b48f", "#6e4a26"],
} as const;

/** A whole picture, legible in light and dark: it brings its own background and follows the reader's colour scheme. */
export function picture(width: number, height: number, title: string, style: string, body: string[]): string {
    const colours = (i: 0 | 1): string =>
        Object.entries(palette)
            .map(([name, pair]) => `--${name}: ${pair[i]}`)
            .join("; ");
    return `${element(
        "svg",
        {
            xmlns: "http://www.w3.org/2000/svg",
            viewBox: `0 0 ${width} ${height}`,
            width,
            height,
            role: "img",
            "aria-label": title,
        },
        `
<style>
svg { ${colours(0)} }
@media (prefers-color-scheme: dark) { svg { ${colours(1)} } }
text { ${fonts}; fill: var(--ink) }
.soft { fill: var(--soft); font-size: 12px }
.strong { font-weight: 600 }
.end { text-anchor: end }
.mid { text-anchor: middle }
${style.trim()}
</style>
<rect width="${width}" height="${height}" rx="6" fill="var(--paper)"/>
${body.join("\n")}
`,
    )}\n`;
}
