import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Resvg } from '@resvg/resvg-js'

/** sans-serif faces with Chinese letters where the systems keep them; the first that is there is used */
const chineseFontPlaces = [
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
  '/System/Library/Fonts/PingFang.ttc',
  '/System/Library/Fonts/Hiragino Sans GB.ttc',
  '/System/Library/Fonts/STHeiti Light.ttc',
  'C:/Windows/Fonts/msyh.ttc',
  'C:/Windows/Fonts/simhei.ttf',
]

export type Fonts = { fontFiles: string[]; systemFonts: boolean }

/** Fonts that a drawing needs: the shipped typeface, and one of the system's where there is Chinese in it. */
export function fontsFor(svg: string, fontsDir: string): Fonts {
  const shipped = ['IBMPlexSans-Regular.ttf', 'IBMPlexSans-Bold.ttf'].map((file) => join(fontsDir, file))
  if (!/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/.test(svg)) return { fontFiles: shipped, systemFonts: false }
  const chinese = chineseFontPlaces.find((place) => existsSync(place))
  return chinese ? { fontFiles: [...shipped, chinese], systemFonts: false } : { fontFiles: shipped, systemFonts: true }
}

/** @returns a PNG of the SVG, widthPx wide */
export function rasterise(svg: string, options: Fonts & { widthPx: number }): Uint8Array {
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'width', value: options.widthPx },
    font: {
      loadSystemFonts: options.systemFonts,
      fontFiles: options.fontFiles,
      defaultFontFamily: 'IBM Plex Sans',
      sansSerifFamily: 'IBM Plex Sans',
    },
    // 2 is geometricPrecision: letters keep their outlines at every size
    textRendering: 2,
  })
  return drawing.render().asPng()
}

const signatureBytes = 8
/** length, type, 13 bytes, checksum */
const headerChunkBytes = 25

/** A PNG with its physical resolution written in (chunk pHYs, behind the header). */
export function withResolution(png: Uint8Array, dpi: number): Uint8Array {
  const chunk = Buffer.alloc(21)
  const perMetre = Math.round(dpi / 0.0254)
  chunk.writeUInt32BE(9, 0)
  chunk.write('pHYs', 4, 'latin1')
  chunk.writeUInt32BE(perMetre, 8)
  chunk.writeUInt32BE(perMetre, 12)
  chunk.writeUInt8(1, 16)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17)
  const at = signatureBytes + headerChunkBytes
  return new Uint8Array(Buffer.concat([png.subarray(0, at), chunk, png.subarray(at)]))
}
