import { inject, provide, ref, type InjectionKey, type Ref } from 'vue'

export type Theme = 'light' | 'dark'

const themeKey: InjectionKey<Readonly<Ref<Theme>>> = Symbol('theme')

/** Hands the theme on the screen to everything inside. */
export const provideTheme = (theme: Readonly<Ref<Theme>>): void => provide(themeKey, theme)

/** The theme on the screen, for what draws its own colours. */
export const useTheme = (): Readonly<Ref<Theme>> => inject(themeKey, ref<Theme>('light'))
