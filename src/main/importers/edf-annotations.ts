import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { tidyLabel } from './labels.ts'

/**
 * The time-stamped annotations of one record: `+onset[<21>duration]<20>text<20>…<0>`. The first of a record may have no text: it
 * says when the record begins.
 * @source Kemp & Olivan 2003, EDF+, 2.2.2
 */
export function annotationsIn(bytes: Uint8Array): { onsetS: number | null; events: TaskEvent[] } {
  const events: TaskEvent[] = []
  let onsetS: number | null = null
  for (const list of new TextDecoder().decode(bytes).split('\0')) {
    const [when = '', ...texts] = list.split('\x14'),
      timeS = Number(when.split('\x15')[0])
    if (!/^[+-]\d/.test(when) || !Number.isFinite(timeS)) continue
    onsetS ??= timeS
    for (const text of texts) if (text.trim() !== '') events.push({ timeS, kind: 'custom', label: tidyLabel(text), value: null })
  }
  return { onsetS, events }
}
