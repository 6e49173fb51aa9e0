// The comparison for machines: counts first, then every page that differs and every question that was asked.
import type { Outcome } from '../answers.ts'
import type { Comparison, TableFacts } from '../compare.ts'
import type { Page, PageChange } from '../pages.ts'
import { toSummary } from './summary.ts'

/** As `--json` writes it; docs/update-the-documents.md says what is in it. */
export function toJson(comparison: Comparison): unknown {
  const { before, after, identical, notices, pages, questions, outcomes } = comparison
  const { lost, gained, moved, worse, requoted, beginAsBefore, asBefore, unanswered, answered, rightFirst } =
    toSummary(comparison)
  return {
    old: toFacts(before),
    new: toFacts(after),
    identical,
    notices,
    counts: {
      pages: {
        gone: pages.gone.length,
        moved: pages.moved.length,
        changed: pages.changed.length,
        added: pages.added.length,
        same: pages.same,
      },
      questions: {
        asked: outcomes.length,
        possible: questions.possible,
        lost: lost.length,
        gained: gained.length,
        moved: moved.length,
        worse,
        requoted: requoted.length,
        beginAsBefore,
        asBefore,
        unanswered,
        answered: { old: answered.before, new: answered.after },
        rightFirst: { old: rightFirst.before, new: rightFirst.after, of: rightFirst.of },
      },
    },
    pages: {
      gone: pages.gone.map((page) => ({ ...toPage(page), unreadable: after.skipped.get(page.source) ?? null })),
      moved: pages.moved.map(toChange),
      changed: pages.changed.map(toChange),
      added: pages.added.map(toPage),
    },
    questions: outcomes.map(toQuestion),
  }
}

function toFacts({ name, kind, pages, manifest, skipped }: TableFacts): unknown {
  const { version, chunks, language, embedding } = manifest
  const unreadable = [...skipped].map(([source, why]) => ({ source, why }))
  return { name, kind, version, pages, chunks, language, embeddingModel: embedding?.model ?? null, unreadable }
}

function toPage({ source, title, chunks }: Page): {
  readonly source: string
  readonly title: string
  readonly chunks: number
} {
  return { source, title, chunks: chunks.length }
}

function toChange({ from, to, chunks, words, headings, hunks }: PageChange): unknown {
  return {
    source: to.source,
    from: from.source,
    title: { old: from.title, new: to.title },
    chunks,
    words,
    headings,
    hunks: hunks.map(({ heading, runs }) => ({
      heading,
      runs: runs.map(({ kind, items }) => ({ kind, text: items.join('') })),
    })),
  }
}

function toQuestion(outcome: Outcome): unknown {
  const { question, relevant, kind, moved, requoted, verdict = null, sideEffect, rank, status, before, after } = outcome
  return {
    question,
    relevant,
    outcome: kind,
    firstPageMoved: moved,
    quoteChanged: requoted,
    verdict,
    sideEffect,
    old: toReply(before, rank.before, status.before),
    new: toReply(after, rank.after, status.after),
  }
}

function toReply(
  { answered, reason, pages, heading, quotes }: Outcome['before'],
  rank: number | undefined,
  status: string | undefined,
): unknown {
  return {
    answered,
    ...(reason === undefined ? {} : { reason }),
    pages,
    heading,
    quotes,
    rank: rank ?? null,
    firstPage: status ?? null,
  }
}
