/** The texts of the card in the user's language, as far as they have come. */
import { loadLanguage, loadNotices, localizeEnglish, type Localize } from '../i18n/localize';

export class Wording {
  localize: Localize = localizeEnglish;
  private _language = '';
  private _noticesAsked = false;
  private _noticesThere = false;

  constructor(
    private readonly _onChange: () => void,
    /** A file is gone: the page is older than the card. English stays. */
    private readonly _onMissing: () => void,
  ) {}

  use(language: string): void {
    if (language === this._language) return;
    this._language = language;
    loadLanguage(language).then((localize) => {
      if (language !== this._language) return;
      this.localize = localize;
      this._onChange();
    }, this._onMissing);
  }

  /** Whether it is known what to say about something that went wrong; if not yet, it is found out. */
  get knowsNotices(): boolean {
    if (!this._noticesAsked) {
      this._noticesAsked = true;
      loadNotices().then(() => {
        this._noticesThere = true;
        this._onChange();
      }, this._onMissing);
    }
    return this._noticesThere;
  }
}
