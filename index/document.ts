import type { Root } from 'mdast'

/** A file before splitting: its path relative to the folder (with `/`), its title, its tree, and the SHA-256 of its bytes. */
export interface Document {
  readonly source: string
  readonly title: string
  readonly root: Root
  readonly hash: string
  /** What could not be read of it, and how it was read where that is worth a word. */
  readonly lost: readonly string[]
  /** What the page says of itself above its text. */
  readonly frontMatter: Readonly<Record<string, unknown>>
}

/** A file that was left out, and why, in words for the report; the hash is empty where not even its bytes could be read. */
export interface Skipped {
  readonly source: string
  readonly why: string
  readonly hash: string
}

/** What a loader makes of a file. */
export interface Loaded {
  /** Where the document names itself. */
  readonly title: string | undefined
  readonly root: Root
  /** What the page says of itself above its text, in formats that have it. */
  readonly frontMatter?: Readonly<Record<string, unknown>>
  /** What could not be read of it, in words for the report: "3 equations". */
  readonly lost?: readonly string[]
}
