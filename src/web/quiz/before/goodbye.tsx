import { Brand } from '../../shell/brand.js'

export const Goodbye = ({ onBack }: { readonly onBack: () => void }) => (
  <div class="lobby">
    <main class="lobby-card">
      <Brand />
      <h1>You have left the quiz.</h1>
      <p class="quiet">Your points stay in its table.</p>
      <div class="row wide">
        <wa-button variant="brand" onClick={onBack}>
          Come back
        </wa-button>
        <wa-button appearance="outlined" href="/quiz">
          Another quiz
        </wa-button>
      </div>
    </main>
  </div>
)
