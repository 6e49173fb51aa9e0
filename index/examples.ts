import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Beside the documents: the questions that the ask page offers, one a line. It is not a document. */
export const examplesFile = 'example-questions.txt'

const mostExamples = 6
/** How many titles stand in where nobody wrote examples. */
const fromTitles = 4
const maxCharacters = 160
/** Titles that many documents have, and that ask for none of them. */
export const saysNothing =
  /^(about|appendix|change ?log|contents|contributing|getting started|home|index|introduction|licen[cs]e|notes|overview|readme|release notes|table of contents|untitled)$/i

interface Titled {
  readonly source: string
  readonly title: string
}

/** The questions of the folder's examples file, or, where there is none, questions made of the documents' titles. */
export async function readExamples(folder: string, documents: readonly Titled[], language: string): Promise<string[]> {
  const text = await readFile(join(folder, examplesFile), 'utf8').catch(() => undefined)
  if (text === undefined) return toExamples(documents, language)
  const lines = text.split(/\r?\n/).map((line) => line.replace(/^\uFEFF/, '').trim())
  return lines.filter((line) => line !== '' && line.length <= maxCharacters).slice(0, mostExamples)
}

/** Titles -> questions, of as many folders as there are; a title that no rule turns into good language stays as it is. */
function toExamples(documents: readonly Titled[], language: string): string[] {
  const byFolder = Map.groupBy(documents, ({ source }) => source.slice(0, source.indexOf('/') + 1))
  const rounds = [0, 1, 2, 3].flatMap((round) => [...byFolder.values()].flatMap((titled) => titled[round] ?? []))
  const titles = rounds.map(({ title }) => title.trim())
  const useful = titles.filter((title) => title.length > 1 && title.length <= maxCharacters && !saysNothing.test(title))
  return [...new Set(useful.map((title) => toQuestion(title, language)))].slice(0, fromTitles)
}

/** "How to deploy" -> "How do I deploy?"; one name, "Knative", -> "What is Knative?"; anything else as it is. */
export function toQuestion(title: string, language: string): string {
  if (language !== 'English') return title
  const how = /^how to (.+?)[.?]?$/i.exec(title)
  if (how !== null) return `How do I ${how[1]}?`
  const isName = /^\p{Lu}[\p{L}\p{N}]+$/u.test(title) && !/(ing|s)$/.test(title)
  return isName ? `What is ${title}?` : title
}
