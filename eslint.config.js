// oxlint reads everything else; this is what only a linter that knows Vue's templates can see.
import vue from 'eslint-plugin-vue'
import typescript from 'typescript-eslint'

export default [
  { ignores: ['**/*', '!src', '!src/renderer', '!src/renderer/**', '!src/renderer/**/*.vue', 'src/renderer/**/*.ts'] },
  ...vue.configs['flat/recommended'],
  {
    files: ['src/renderer/**/*.vue'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
    rules: {
      // Prettier's work
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      // one-word names (Rail, Chart) are ours
      'vue/multi-word-component-names': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-props-declaration': ['error', 'type-based'],
      'vue/define-emits-declaration': ['error', 'type-based'],
      'vue/no-unused-refs': 'error',
      'vue/no-static-inline-styles': 'error',
      'vue/no-v-html': 'error',
      // TypeScript says which are optional
      'vue/require-default-prop': 'off',
    },
  },
]
