import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'
import { zh } from './zh.ts'

declare module 'i18next' {
  // i18next's own way to learn the keys: it only merges interfaces.
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof zh }
  }
}

export type Language = 'zh' | 'en'
const rememberedAs = 'forecourt.language'

/** Chinese first; `?lang=en` wins over what was remembered. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { zh: { translation: zh }, en: { translation: en } },
    lng: wanted(),
    supportedLngs: ['zh', 'en'],
    returnNull: false,
    interpolation: { escapeValue: false },
  })
  dress()
}

export async function switchLanguage(to: Language): Promise<void> {
  localStorage.setItem(rememberedAs, to)
  const url = new URL(location.href)
  url.searchParams.delete('lang')
  history.replaceState(null, '', url)
  await i18next.changeLanguage(to)
  dress()
}

/** Screen readers and fonts choose by the page's language. */
function dress(): void {
  document.documentElement.lang = i18next.language === 'en' ? 'en' : 'zh-CN'
  document.title = `${i18next.t('app.title')} · forecourt`
}

function wanted(): Language {
  const asked = new URLSearchParams(location.search).get('lang')
  const language = asked ?? localStorage.getItem(rememberedAs)
  return language === 'en' ? 'en' : 'zh'
}
