import { useState } from "preact/hooks";

const tick = "M3 8.5l3.5 3.5L13 4.5";
const twoSheets =
    "M4 11H3.5A1.5 1.5 0 0 1 2 9.5v-6A1.5 1.5 0 0 1 3.5 2h5A1.5 1.5 0 0 1 10 3.5V4M6 6.5h7v7.5H6z";

/** Copies a text to the clipboard, and shows that it did. */
export function CopyButton({ text, what }: { text: string; what: string }) {
    const [copied, setCopied] = useState("");
    const isCopied = copied === text;
    const copy = async (): Promise<void> => setCopied((await putOnClipboard(text)) ? text : "");
    return (
        <button
            type="button"
            class={`copy ${isCopied ? "done" : ""}`}
            aria-label={isCopied ? `${what} copied` : `Copy ${what}`}
            title={isCopied ? "Copied" : `Copy ${what}`}
            onClick={copy}
        >
            <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d={isCopied ? tick : twoSheets} />
            </svg>
        </button>
    );
}

/** Uses the clipboard API, or the older method if the browser does not allow it for a page from a file. */
async function putOnClipboard(text: string): Promise<boolean> {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        const onCopy = (event: ClipboardEvent): void => {
            event.clipboardData?.setData("text/plain", text);
            event.preventDefault();
        };
        document.addEventListener("copy", onCopy);
        const done = document.execCommand("copy");
        document.removeEventListener("copy", onCopy);
        return done;
    }
}
