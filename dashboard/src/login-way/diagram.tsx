import type { ReactElement } from 'react'
import type { ConnectionMode } from '../connections/connection-mode'
import { useMessages } from '../messages/use-messages'
import type { CountedEnds, End } from './count-ends'
import styles from './login-way.module.css'

type Box = { x: number; y: number; width: number; height: number; lines: readonly string[]; is_bad?: boolean }

/** The area that a mode needs, and the ends that its logins have, each with the middle of its box. */
const layouts: Record<
  ConnectionMode,
  { view: string; end_x: number; wherry: [top: number, bottom: number]; ends: [End, number][] }
> = {
  local: {
    view: '0 8 672 172',
    end_x: 480,
    wherry: [20, 168],
    ends: [
      ['here', 48],
      ['refused', 132],
    ],
  },
  import: {
    view: '0 8 912 308',
    end_x: 720,
    wherry: [20, 304],
    ends: [
      ['here', 48],
      ['refused', 130],
      ['moved', 212],
      ['no_answer', 276],
    ],
  },
  legacy: {
    view: '0 86 912 230',
    end_x: 720,
    wherry: [98, 304],
    ends: [
      ['refused', 130],
      ['accepted', 212],
      ['no_answer', 276],
    ],
  },
}

const end_width = 190
const end_height = 48
const wherry = { x: 220, width: 140 }
const store = { x: 480, y: 184, width: 140, height: 120 }
const riser_x = 550

/** The way of a login as a drawing, with the logins of today on its arrows. It is decoration: a table has the same numbers. */
export function Diagram({
  mode,
  counted,
  asked,
}: {
  mode: ConnectionMode
  counted: CountedEnds
  asked: number
}): ReactElement {
  const t = useMessages()
  const texts = t.login_way
  const {
    view,
    end_x,
    wherry: [top, bottom],
    ends,
  } = layouts[mode]
  const middle = (top + bottom) / 2
  const from_store = (end: End): boolean => end === 'moved' || end === 'accepted' || end === 'no_answer'
  const has_store = mode !== 'local'
  return (
    <svg
      viewBox={view}
      className={styles.diagram}
      style={{ maxWidth: end_x + end_width }}
      aria-hidden
      focusable="false"
    >
      <defs>
        <marker
          id="login-way-head"
          viewBox="0 0 10 10"
          refX="9"
          refY="5"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0 0 L10 5 L0 10 z" className={styles.head} />
        </marker>
      </defs>
      <Arrow d={`M120 ${middle} H${wherry.x}`} logins={counted.total} x={wherry.x - 16} y={middle} />
      {has_store && (
        <>
          <Arrow d={`M${wherry.x + wherry.width} 244 H${store.x}`} logins={asked} x={store.x - 16} y={244} />
          <path d={`M${riser_x} ${store.y} V130`} className={styles.arrow} data-empty={counted.refused === 0} />
        </>
      )}
      {ends.map(([end, y]) => (
        <Arrow
          key={end}
          d={`M${from_store(end) ? store.x + store.width : wherry.x + wherry.width} ${y} H${end_x}`}
          logins={counted[end]}
          x={end_x - 16}
          y={y}
        />
      ))}
      <BoxOf x={0} y={middle - 28} width={120} height={56} lines={[texts.logins]} />
      <BoxOf {...wherry} y={top} height={bottom - top} lines={texts.wherry[mode]} />
      {has_store && <BoxOf {...store} lines={texts.store[mode]} />}
      {ends.map(([end, y]) => (
        <BoxOf
          key={end}
          x={end_x}
          y={y - (end === 'refused' ? end_height + 16 : end_height) / 2}
          width={end_width}
          height={end === 'refused' ? end_height + 16 : end_height}
          lines={end === 'refused' ? [texts.ends.refused, texts.ofThemWrong(counted.wrong)] : [texts.ends[end]]}
          is_bad={end === 'no_answer' && counted.no_answer > 0}
        />
      ))}
    </svg>
  )
}

/** An arrow with its logins above its end. */
function Arrow({ d, logins, x, y }: { d: string; logins: number; x: number; y: number }): ReactElement {
  const t = useMessages().ui
  return (
    <>
      <path d={d} className={styles.arrow} data-empty={logins === 0} markerEnd="url(#login-way-head)" />
      <text x={x} y={y - 7} textAnchor="end" className={styles.number} data-empty={logins === 0}>
        {t.number(logins)}
      </text>
    </>
  )
}

const line_px = 18

function BoxOf({ x, y, width, height, lines, is_bad = false }: Box): ReactElement {
  const first = y + height / 2 - ((lines.length - 1) * line_px) / 2
  return (
    <>
      <rect x={x + 1} y={y} width={width - 2} height={height} rx={8} className={styles.box} data-bad={is_bad} />
      {lines.map((line, index) => (
        <text
          key={line}
          x={x + width / 2}
          y={first + index * line_px}
          textAnchor="middle"
          dominantBaseline="central"
          className={index === 0 ? styles.name : styles.note}
        >
          {line}
        </text>
      ))}
    </>
  )
}
