import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, type Json, type JsonObject } from './json.ts'

/** One recorded step: the request, the answer, and what the step left behind. Every member is free of volatile values. */
export type Step = {
  step: string
  request: JsonObject
  answer: JsonObject
  /** Header and claims of the tokens in the answer. */
  claims?: JsonObject
  log_events?: Json[]
  /** The ledger records of the identifier concerned, with their history. */
  ledger?: Json[]
  outbox?: Json[]
  /** What else the chapter read. */
  seen?: JsonObject
}

/** The recorded steps of one chapter. */
export type Recording = { chapter: string; steps: Step[] }

const folder = join(import.meta.dirname, 'recording')

/** Writes a chapter as readable JSON. */
export function writeRecording(recording: Recording): void {
  writeFileSync(join(folder, `${recording.chapter}.json`), `${JSON.stringify(recording, null, 2)}\n`)
}

/** Reads the stored recording of a chapter. @throws Error when there is none */
export function readRecording(chapter: string): Recording {
  return JSON.parse(readFileSync(join(folder, `${chapter}.json`), 'utf8')) as Recording
}

/** The names of the chapters that are stored. */
export function storedChapters(): string[] {
  return readdirSync(folder).map((file) => file.replace(/\.json$/, ''))
}

/** Answers the differences of two recordings, one line each: the step, the place within it, the old and the new value. */
export function differences(stored: Recording, replayed: Recording): string[] {
  const names = [...new Set([...stored.steps, ...replayed.steps].map(({ step }) => step))]
  return names.flatMap((name) => {
    const [before, after] = [stored, replayed].map(({ steps }) => steps.find(({ step }) => step === name))
    if (before === undefined) return [`${name}: the step is new`]
    if (after === undefined) return [`${name}: the step is missing`]
    return valueDifferences(before as Json, after as Json, '').map((line) => `${name}: ${line}`)
  })
}

function valueDifferences(before: Json | undefined, after: Json | undefined, at: string): string[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap((name) => valueDifferences(before[name], after[name], at === '' ? name : `${at}.${name}`))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length)
    return Array.from({ length }, (_, index) => valueDifferences(before[index], after[index], `${at}[${index}]`)).flat()
  }
  const [old_text, new_text] = [before, after].map((value) => JSON.stringify(value) ?? 'nothing')
  return old_text === new_text ? [] : [`${at}\n    recorded: ${old_text}\n    now:      ${new_text}`]
}
