import { toYuanText } from '@forecourt/contracts'
import { html } from 'hono/html'
import type { MemberReceipt } from './receipts.repo.ts'

/** The receipt as a page to print: Chinese first, English beside it. */
export function toReceiptPage(receipt: MemberReceipt) {
  const rows: readonly (readonly [string, string])[] = [
    ['小票号 / Receipt', receipt.receiptNumber],
    ['油站 / Station', `${receipt.stationId} · ${receipt.fuellingPoint}`],
    ['会员 / Member', receipt.memberName],
    ['结束 / Ended', toLocalText(receipt.endedAt)],
    ['开具 / Issued', toLocalText(receipt.issuedAt)],
    ['支付 / Paid by', receipt.paidBy],
  ]
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${receipt.receiptNumber}</title>
<style>
body { font: 15px/1.6 system-ui, sans-serif; max-width: 26rem; margin: 2rem auto; padding: 0 1rem }
table { width: 100%; border-collapse: collapse }
th { font-weight: 400; text-align: left; color: #555 }
td { text-align: right }
.sum { border-top: 1px solid; font-size: 1.3em }
</style>
</head>
<body>
<h1>加油小票 <small lang="en">Fuel receipt</small></h1>
<table>
${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}
${receipt.lines.map(
  (line) =>
    html`<tr><th scope="row">${line.grade}# ${toLitres(line.volumeMl)} L × ¥${toYuanText(line.unitPriceFenPerLitre)}</th><td>¥${toYuanText(line.amountFen)}</td></tr>`,
)}
<tr class="sum"><th scope="row">合计 / Total</th><td>¥${toYuanText(receipt.amountFen)}</td></tr>
</table>
</body>
</html>`
}

function toLitres(volumeMl: number): string {
  return `${Math.floor(volumeMl / 1000)}.${String(volumeMl % 1000).padStart(3, '0')}`
}

function toLocalText(at: string): string {
  return new Date(at).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' })
}
