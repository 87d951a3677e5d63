import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { anyHdf5 } from './any-hdf5.ts'
import { axionSpikeList } from './axion-spike-list.ts'
import { blackrockNev } from './blackrock-nev.ts'
import { caimanHdf5 } from './caiman-hdf5.ts'
import { corticalLabsHdf5 } from './cortical-labs-hdf5.ts'
import { edf } from './edf.ts'
import { eventsCsv } from './events-csv.ts'
import type { Detection, Importer } from './importer.ts'
import { layoutCsv } from './layout-csv.ts'
import { matlab } from './matlab.ts'
import { maxwellHdf5 } from './maxwell-hdf5.ts'
import { mcsHdf5 } from './mcs-hdf5.ts'
import { neuroexplorer } from './neuroexplorer.ts'
import { npy, npz } from './numpy.ts'
import { nwb } from './nwb.ts'
import type { OpenedFile } from './opened-file.ts'
import { phy } from './phy.ts'
import { positionCsv } from './position-csv.ts'
import { retinalWaveHdf5 } from './retinal-wave-hdf5.ts'
import { spikeRowsCsv } from './spike-rows-csv.ts'
import { spikeTableCsv } from './spike-table-csv.ts'
import { spikeglxMeta } from './spikeglx-meta.ts'
import { parquet, xlsx } from './stored-tables.ts'
import { suite2p } from './suite2p.ts'
import { threeBrainHdf5 } from './three-brain-hdf5.ts'
import { videoPositionTracking } from './video-position-tracking.ts'
import { wideTableCsv } from './wide-table-csv.ts'

/** Formats of recordings; some turn out to hold events and intervals alone, and then go with a recording. */
export const importers: Importer[] = [
  phy,
  suite2p,
  npz,
  npy,
  xlsx,
  parquet,
  axionSpikeList,
  retinalWaveHdf5,
  maxwellHdf5,
  mcsHdf5,
  threeBrainHdf5,
  corticalLabsHdf5,
  caimanHdf5,
  nwb,
  anyHdf5,
  matlab,
  edf,
  spikeglxMeta,
  videoPositionTracking,
  positionCsv,
  neuroexplorer,
  blackrockNev,
  spikeRowsCsv,
  spikeTableCsv,
  wideTableCsv,
]

/** What may come in files of its own beside a recording. */
export const besides: Importer[] = [layoutCsv, eventsCsv]

/** Formats a person can name: those of recordings, and what comes beside them. */
export const formats: readonly string[] = [...importers, ...besides].map(({ format }) => format)

/** The format that claims most surely some of these files; null where none does. */
export function likeliest(
  files: OpenedFile[],
  answers: ImportAnswers,
  counts: (importer: Importer) => boolean = () => true,
): { importer: Importer; detection: Detection } | null {
  const [best] = importers
    .filter(counts)
    .flatMap((importer) => {
      const detection = importer.detect(files, answers)
      return detection ? [{ importer, detection }] : []
    })
    .toSorted(
      (a, b) =>
        Number(a.importer.isBehaviourOnly ?? false) - Number(b.importer.isBehaviourOnly ?? false) ||
        b.detection.confidence - a.detection.confidence,
    )
  return best ?? null
}
