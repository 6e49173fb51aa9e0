import { basename, extname } from 'node:path'
import type { Loaded } from '../document.ts'
import { FormatError, misnamed } from './office/zip.ts'

/**
 * How a format is read: as text, with or without what it includes put in, or as bytes. A tree takes a hundred times the memory
 * of its text, so each has a largest size. What reads a format is loaded when its first file comes.
 */
export type Loader = { readonly megabytes: number } & (
  | { readonly ofText: (text: string) => Promise<Loaded>; readonly includes?: true }
  | { readonly ofBytes: (bytes: Buffer) => Promise<Loaded> }
)

const markdown: Loader = {
  ofText: async (text) => {
    const { hasComponents, loadMarkdown } = await import('./markdown.ts')
    return hasComponents(text) ? (await import('./mdx.ts')).loadMdx(text) : loadMarkdown(text)
  },
  includes: true,
  megabytes: 8,
}
const mdx: Loader = { ofText: async (text) => (await import('./mdx.ts')).loadMdx(text), includes: true, megabytes: 8 }
const plainText: Loader = {
  ofText: async (text) => (await import('./plain-text.ts')).loadPlainText(text),
  megabytes: 32,
}
const html: Loader = { ofText: async (text) => (await import('./html.ts')).loadHtml(text), megabytes: 8 }
const pdf: Loader = { ofBytes: async (bytes) => (await import('./pdf/pdf.ts')).loadPdf(bytes), megabytes: 64 }
const docx: Loader = { ofBytes: async (bytes) => (await import('./word/docx.ts')).loadDocx(bytes), megabytes: 32 }

const office = (load: (bytes: Buffer) => Promise<Loaded>): Loader => ({ ofBytes: load, megabytes: 32 })
const pptx = office(async (bytes) => (await import('./office/pptx.ts')).loadPptx(bytes))
const xlsx = office(async (bytes) => (await import('./sheets/xlsx.ts')).loadXlsx(bytes))
const odf = office(async (bytes) => (await import('./office/odf.ts')).loadOdf(bytes))
const epub = office(async (bytes) => (await import('./office/epub.ts')).loadEpub(bytes))
const rtf = office(async (bytes) => (await import('./rtf.ts')).loadRtf(bytes))
const mail = office(async (bytes) => (await import('./mail.ts')).loadMail(bytes))
const csv: Loader = { ofText: async (text) => (await import('./csv.ts')).loadCsv(text), megabytes: 8 }
const notebook: Loader = { ofText: async (text) => (await import('./notebook.ts')).loadNotebook(text), megabytes: 32 }
const asciidoc: Loader = { ofText: async (text) => (await import('./asciidoc.ts')).loadAsciidoc(text), megabytes: 8 }
const rst: Loader = { ofText: async (text) => (await import('./rst.ts')).loadRst(text), megabytes: 8 }
const org: Loader = { ofText: async (text) => (await import('./org.ts')).loadOrg(text), megabytes: 8 }

/** A document in a format that another program has to change first; it is named, with the command. Some only have its name. */
function unread(what: string, command: string): Loader {
  return {
    ofBytes: async (bytes) => {
      throw new FormatError(misnamed(bytes) ?? `${what}: ${command}`)
    },
    megabytes: 1024,
  }
}

const toOffice = (ending: string): string => `soffice --headless --convert-to ${ending} FILE`

const loaders: Readonly<Record<string, Loader>> = {
  '.md': markdown,
  '.markdown': markdown,
  '.mdx': mdx,
  '.txt': plainText,
  '.text': plainText,
  '.html': html,
  '.htm': html,
  '.xhtml': html,
  '.pdf': pdf,
  '.docx': docx,
  '.docm': docx,
  '.dotx': docx,
  '.pptx': pptx,
  '.pptm': pptx,
  '.ppsx': pptx,
  '.xlsx': xlsx,
  '.xlsm': xlsx,
  '.csv': csv,
  '.tsv': csv,
  '.odt': odf,
  '.odp': odf,
  '.ods': odf,
  '.rtf': rtf,
  '.epub': epub,
  '.eml': mail,
  '.ipynb': notebook,
  '.rst': rst,
  '.adoc': asciidoc,
  '.asciidoc': asciidoc,
  '.org': org,
  '.doc': unread('Word from before 2007', toOffice('docx')),
  '.ppt': unread('PowerPoint from before 2007', toOffice('pptx')),
  '.xls': unread('Excel from before 2007', toOffice('xlsx')),
  '.xlsb': unread('a binary workbook of Excel', toOffice('xlsx')),
  '.wpd': unread('WordPerfect', toOffice('docx')),
  '.fodt': unread('a flat document of LibreOffice', toOffice('odt')),
  '.fods': unread('a flat document of LibreOffice', toOffice('ods')),
  '.fodp': unread('a flat document of LibreOffice', toOffice('odp')),
  '.pages': unread('Pages', 'export it as Word (.docx)'),
  '.numbers': unread('Numbers', 'export it as Excel (.xlsx)'),
  '.key': unread('Keynote', 'export it as PowerPoint (.pptx)'),
  '.tex': unread('TeX', 'pandoc FILE -o FILE.md, or its PDF'),
  '.msg': unread('a mail of Outlook', 'save it as .eml'),
  '.mbox': unread('a box of mails', 'save each of them as .eml'),
  '.pst': unread('a box of mails of Outlook', 'readpst -e FILE, which saves each of them as .eml'),
  '.one': unread('OneNote', 'export it as Word (.docx)'),
  '.mht': unread('a saved web page', 'save it as .html'),
  '.mhtml': unread('a saved web page', 'save it as .html'),
  '.docbook': unread('DocBook', 'pandoc -f docbook FILE -o FILE.md'),
  '.dbk': unread('DocBook', 'pandoc -f docbook FILE -o FILE.md'),
  '.fb2': unread('an e-book of FictionBook', 'pandoc FILE -o FILE.epub'),
  '.textile': unread('Textile', 'pandoc FILE -o FILE.md'),
  '.mediawiki': unread('a page of MediaWiki', 'pandoc -f mediawiki FILE -o FILE.md'),
  '.mobi': unread('an e-book of Kindle', 'ebook-convert FILE FILE.epub'),
  '.azw3': unread('an e-book of Kindle', 'ebook-convert FILE FILE.epub'),
  '.djvu': unread('DjVu', 'ddjvu -format=pdf FILE FILE.pdf, then ocrmypdf'),
  '.ps': unread('PostScript', 'ps2pdf FILE'),
}

/** Names without an ending under which people keep text. */
const textNames =
  /^(readme|changelog|changes|history|news|license|licence|copying|notice|authors|contributors|contributing|install|todo|faq|security|support|maintainers)$/i

/** What reads a file, by its ending; undefined for what is no document. */
export function loaderOf(source: string): Loader | undefined {
  const ending = extname(source).toLowerCase()
  return ending === '' && textNames.test(basename(source)) ? plainText : loaders[ending]
}

/** The endings that are read, for a message. */
export const endings: readonly string[] =
  '.md .mdx .txt .html .pdf .docx .docm .pptx .xlsx .xlsm .csv .tsv .odt .odp .ods .rtf .epub .eml .ipynb .rst .adoc .org'.split(
    ' ',
  )

/** What to do about files that are no documents, by their endings. */
const advice: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /^\.(png|jpe?g|tiff?|bmp|gif|webp|heic|avif)$/,
    'pictures; where they show text: ocrmypdf --image-dpi 300 FILE FILE.pdf',
  ],
  [/^\.(zip|7z|rar|tar|gz|tgz|bz2|xz|zst)$/, 'archives; unpack them: bsdtar -xf FILE'],
  [/^\.(srt|vtt|sbv)$/, 'subtitles; to have them read: cp FILE FILE.txt'],
  [/^\.(mp3|m4a|wav|ogg|mp4|mov|avi|mkv|webm)$/, 'sound and film; add a transcript as .txt'],
]

export function adviceFor(ending: string): string | undefined {
  return advice.find(([endings]) => endings.test(ending))?.[1]
}
