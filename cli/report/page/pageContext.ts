import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Report } from "../report";
import type { Selection } from "./selection";

/** What every part of the page may need. */
export interface PageState {
    readonly report: Report;
    readonly selection: Selection;
    /** Changes the selection. The table of keys goes back to its first page, unless only the shown key changes. */
    readonly select: (changes: Partial<Selection>) => void;
    /** All keys are shown, because nobody can go to the next page on paper. */
    readonly printing: boolean;
}

export const PageContext = createContext<PageState | undefined>(undefined);

export function usePage(): PageState {
    return useContext(PageContext) as PageState;
}
