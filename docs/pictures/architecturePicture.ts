import { element, label, picture } from "./svg";

interface Box {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly title: string;
    readonly text?: string;
    /** A stand-in, drawn with a broken line. */
    readonly isStandIn?: boolean;
}

const boxes = {
    index: { x: 40, y: 84, width: 110, height: 48, title: "index.ts", text: "the program" },
    program: { x: 40, y: 172, width: 110, height: 48, title: "program/", text: "stack config" },
    components: { x: 176, y: 84, width: 120, height: 48, title: "components/", text: "FlinkAccess" },
    engine: { x: 372, y: 84, width: 130, height: 48, title: "Pulumi engine", text: "compares, calls" },
    state: { x: 372, y: 172, width: 130, height: 48, title: "state", text: "secrets encrypted" },
    provider: { x: 580, y: 84, width: 130, height: 48, title: "provider/", text: "the life of a key" },
    confluent: { x: 580, y: 172, width: 130, height: 48, title: "confluent/", text: "REST APIs, typed" },
    cloud: { x: 800, y: 150, width: 140, height: 92, title: "Confluent Cloud", text: "" },
    cli: { x: 580, y: 286, width: 130, height: 48, title: "cli/", text: "confluent-flink" },
    demo: { x: 372, y: 286, width: 130, height: 48, title: "demo/", text: "runs the program" },
    emulator: {
        x: 800,
        y: 286,
        width: 140,
        height: 48,
        title: "emulator/",
        text: "on loopback",
        isStandIn: true,
    },
} satisfies Record<string, Box>;

type Name = keyof typeof boxes;
type Side = "left" | "right" | "top" | "bottom";

interface Arrow {
    readonly from: readonly [Name, Side];
    readonly to: readonly [Name, Side];
    readonly text?: string;
    /** Sends requests to it; otherwise imports it. */
    readonly isWire?: boolean;
    /** Heads at both ends. */
    readonly isMutual?: boolean;
}

/** The picture's test compares the imports among these with the sources. */
export const arrows: readonly Arrow[] = [
    { from: ["index", "bottom"], to: ["program", "top"] },
    { from: ["index", "right"], to: ["components", "left"] },
    { from: ["program", "right"], to: ["components", "bottom"] },
    { from: ["provider", "bottom"], to: ["confluent", "top"] },
    { from: ["cli", "top"], to: ["confluent", "bottom"] },
    { from: ["components", "right"], to: ["engine", "left"], isWire: true, isMutual: true, text: "gRPC" },
    { from: ["engine", "right"], to: ["provider", "left"], isWire: true, isMutual: true, text: "gRPC" },
    { from: ["engine", "bottom"], to: ["state", "top"], isWire: true, isMutual: true },
    { from: ["confluent", "right"], to: ["cloud", "left"], isWire: true, text: "HTTPS" },
];

/** The life of one key, in the words of `docs/architecture.md`. */
const steps: readonly (readonly [string, string])[] = [
    ["check", "before a key is made"],
    ["strays", "left by earlier runs"],
    ["POST once", "no blind repetition"],
    ["hold", "id and secret"],
    ["probe", "until 200 twice"],
    ["hand over", "state, under 1.2 KB"],
];

const width = 960;
const style = `
.box { fill: var(--box); stroke: var(--rule); stroke-width: 1.2 }
.standIn { stroke-dasharray: 5 4 }
.frame { fill: none; stroke: var(--rule); stroke-dasharray: 2 4 }
.import { fill: none; stroke: var(--current); stroke-width: 1.6; marker-end: url(#import) }
.wire { fill: none; stroke: var(--overlap); stroke-width: 1.6; stroke-dasharray: 6 4; marker-end: url(#wire) }
.mutual { marker-start: url(#wire) }
.importHead { fill: var(--current) }
.wireHead { fill: var(--overlap) }
.step { fill: var(--box); stroke: var(--current); stroke-width: 1.2 }
`;

/** The picture of `docs/architecture.md`: folders, imports, processes, and the life of one key. */
export function architecturePicture(): string {
    const body = [
        markers(),
        frame(24, 48, 288, 192, "the program's process"),
        frame(564, 48, 162, 192, "the provider process"),
        ...Object.values(boxes as Record<string, Box>).map(drawBox),
        label(870, 203, "control plane", { class: "soft mid" }),
        label(870, 222, "Flink endpoints", { class: "soft mid" }),
        ...arrows.map(drawArrow),
        // Round the corner, below cli/.
        element("path", { class: "import", d: "M437 334 V362 H870 V336" }),
        element("path", { class: "wire", d: "M870 286 V244", style: "marker-end: none" }),
        label(878, 270, "replaces it", { class: "soft" }),
        label(446, 156, "stores", { class: "soft" }),
        legend(24, 292),
        ...drawSteps(410),
    ];
    return picture(
        width,
        520,
        "The folders, which way imports go, and the steps in the life of one key",
        style,
        body,
    );
}

function markers(): string {
    const head = (id: string): string =>
        element(
            "marker",
            {
                id,
                viewBox: "0 0 8 8",
                refX: 7,
                refY: 4,
                markerWidth: 7,
                markerHeight: 7,
                orient: "auto-start-reverse",
            },
            element("path", { class: `${id}Head`, d: "M0 0 L8 4 L0 8 z" }),
        );
    return element("defs", {}, head("import") + head("wire"));
}

function frame(x: number, y: number, frameWidth: number, height: number, text: string): string {
    return (
        element("rect", { class: "frame", x, y, width: frameWidth, height, rx: 6 }) +
        label(x + frameWidth / 2, y + 22, text, { class: "soft mid" })
    );
}

function drawBox({ x, y, width: boxWidth, height, title, text, isStandIn }: Box): string {
    const titleY = text === undefined ? y + height / 2 + 5 : y + 20;
    return [
        element("rect", { class: isStandIn ? "box standIn" : "box", x, y, width: boxWidth, height, rx: 5 }),
        label(x + boxWidth / 2, titleY, title, { class: "strong mid" }),
        text ? label(x + boxWidth / 2, y + 38, text, { class: "soft mid" }) : "",
    ].join("");
}

function drawArrow({ from, to, text, isWire, isMutual }: Arrow): string {
    const [start, end] = [pointOf(...from), pointOf(...to)];
    const isCorner = start.x !== end.x && start.y !== end.y;
    const corner = isCorner ? `H${end.x} ` : "";
    const line = element("path", {
        class: `${isWire ? "wire" : "import"}${isMutual ? " mutual" : ""}`,
        d: `M${start.x} ${start.y} ${corner}L${end.x} ${end.y}`,
    });
    const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
    return text === undefined ? line : line + label(middle.x, middle.y - 8, text, { class: "soft mid" });
}

function pointOf(name: Name, side: Side): { x: number; y: number } {
    const { x, y, width: boxWidth, height } = boxes[name];
    const gap = 3;
    switch (side) {
        case "left":
            return { x: x - gap, y: y + height / 2 };
        case "right":
            return { x: x + boxWidth + gap, y: y + height / 2 };
        case "top":
            return { x: x + boxWidth / 2, y: y - gap };
        case "bottom":
            return { x: x + boxWidth / 2, y: y + height + gap };
    }
}

function legend(x: number, y: number): string {
    return [
        element("path", { class: "import", d: `M${x} ${y} H${x + 44}` }),
        label(x + 54, y + 4, "imports, one way only", { class: "soft" }),
        element("path", { class: "wire", d: `M${x} ${y + 24} H${x + 44}` }),
        label(x + 54, y + 28, "sends requests", { class: "soft" }),
    ].join("");
}

function drawSteps(y: number): string[] {
    const stepWidth = 144;
    const gap = 10;
    return [
        label(24, y, "The life of one key", { class: "strong" }),
        ...steps.map(([title, text], i) => {
            const x = 24 + i * (stepWidth + gap);
            const top = y + 18;
            const points = [
                [x, top],
                [x + stepWidth - 10, top],
                [x + stepWidth, top + 28],
                [x + stepWidth - 10, top + 56],
                [x, top + 56],
                ...(i === 0 ? [] : [[x + 10, top + 28]]),
            ];
            return [
                element("polygon", { class: "step", points: points.map((p) => p.join(",")).join(" ") }),
                label(x + stepWidth / 2 + 2, top + 24, title, { class: "strong mid" }),
                label(x + stepWidth / 2 + 2, top + 43, text, { class: "soft mid", style: "font-size: 11px" }),
            ].join("");
        }),
    ];
}
