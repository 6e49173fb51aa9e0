import type { Root } from 'mdast'

/** A file before splitting: its path relative to the folder (with `/`), its title, its tree, and the SHA-256 of its bytes. */
export interface Document {
  readonly source: string
  readonly title: string
  readonly root: Root
  readonly hash: string
}

/** A file that was left out, and why, in words for the report; the hash is empty where not even its bytes could be read. */
export interface Skipped {
  readonly source: string
  readonly why: string
  readonly hash: string
}

/** What a loader makes of a file; `title` where the document names itself. */
export interface Loaded {
  readonly title: string | undefined
  readonly root: Root
}
