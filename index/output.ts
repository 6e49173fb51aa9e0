// The files that an option of a command names, such as --report FILE: looked at before there is work to lose.
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigError } from '../function/errors.ts'

/** Throws ConfigError where no file can be written at the place that an option names; an option that was not given names none. */
export async function checkOutput(option: string, file: string | undefined): Promise<void> {
  if (file === undefined) return
  if (file === '') throw new ConfigError(`${option} is "": name the file to write.`)
  const folder = dirname(file)
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new ConfigError(`${option} ${file} cannot be written: there is no folder ${folder}.`)
  const found = await stat(file).catch(() => undefined)
  if (found?.isDirectory()) throw new ConfigError(`${option} ${file} cannot be written: it is a folder. Name a file.`)
  await access(found === undefined ? folder : file, constants.W_OK).catch((cause: unknown) => {
    throw new ConfigError(toComplaint(option, file, cause), { cause })
  })
}

/** Writes a file that an option names, if it was given. Returns why it could not be written, in one sentence, or undefined. */
export async function writeOutput(
  option: string,
  file: string | undefined,
  text: string | (() => string | Promise<string>),
): Promise<string | undefined> {
  if (file === undefined) return undefined
  const content = typeof text === 'string' ? text : await text()
  try {
    await writeFile(file, content)
    return undefined
  } catch (error) {
    return toComplaint(option, file, error)
  }
}

function toComplaint(option: string, file: string, error: unknown): string {
  const [, reason = String(error)] = /^\w+: ([^,]+)/.exec(error instanceof Error ? error.message : '') ?? []
  return `${option} ${file} cannot be written: ${reason}.`
}
