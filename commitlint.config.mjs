// How a commit's subject is written: Conventional Commits, `type(scope): imperative summary`.
export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    // Git and most hosts cut a longer subject off in their lists.
    'header-max-length': [2, 'always', 72],
    'scope-case': [2, 'always', 'lower-case'],
    // A subject may begin with the name of a class or of a command.
    'subject-case': [0],
    // A commit on main is not rewritten, so a long line in its body is a warning and does not fail the build.
    'body-max-line-length': [1, 'always', 110],
    'footer-max-line-length': [1, 'always', 110],
  },
}
