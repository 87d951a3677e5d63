import { meaningSettings } from '../../shared/domain/behaviour.ts'
import type { Inspection } from '../../shared/domain/inspection.ts'

const ofEvents = ['eventsFile', 'time', 'kind', 'eventTimeUnit', 'outcomeColumn', 'eventClock', 'eventOffsetS', 'sharedHere', 'sharedThere']
const ofTrack = [
  'positionTimeUnit',
  'position',
  'trackUnit',
  'trackAxis',
  'endAPx',
  'endBPx',
  'trackM',
  'zoneM',
  'scaleFromPx',
  'scaleToPx',
  'scaleM',
]
const ofLayout = ['layoutChannel', 'layoutX', 'layoutY', 'regionColumn', 'roleColumn', 'sideColumn', 'paddleColumn', 'positionUnit']
/** Settings that are asked on the page of events, and on that of the array: not among names and units. */
const elsewhere = new Set<string>([...Object.values(meaningSettings), ...ofEvents, ...ofTrack, ...ofLayout])

/** An inspection with the settings of the page of names and units alone. */
export const ofNamesPage = (found: Inspection): Inspection => ({
  ...found,
  settings: found.settings.filter(({ name }) => !elsewhere.has(name)),
})
