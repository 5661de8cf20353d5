import { useState } from "preact/hooks";

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
        />
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
