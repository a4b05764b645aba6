import { Icon, Wordmark } from "@vivamarket/ui";
import type { ReactNode } from "react";
import { home } from "@/api/place.ts";
import { CartButton } from "@/features/cart/button.tsx";
import { DrawerPlace } from "@/features/cart/drawer-place.tsx";
import { ConsentBanner, ConsentButton } from "@/features/consent/banner.tsx";
import { SearchBox } from "@/features/search/box.tsx";
import { Slot } from "@/fragments/slot.tsx";
import type { Locale, Messages } from "@/messages/index.ts";
import { Runtime } from "./runtime.tsx";
import { ThemeToggle } from "./theme.tsx";

interface Props {
  readonly locale: Locale;
  readonly t: Messages;
}

function Header({ locale, t }: Props) {
  return (
    <header className="site-header contents md:sticky md:top-0 md:z-30 md:block">
      <div className="sticky top-0 z-30 bg-page pb-1 md:static md:pb-0">
        <div className="shell grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 max-xs:gap-x-2 gap-y-2 pt-3 md:grid-cols-[auto_1fr_auto] md:gap-x-8">
          <a aria-label={`${t.shop.name}: ${t.nav.home}`} className="flex rounded-lg" href={home(locale)}>
            <Wordmark name={t.shop.name} />
          </a>
          <div className="order-last col-span-2 md:order-none md:col-span-1">
            <SearchBox locale={locale} t={t.search} />
          </div>
          <div className="flex items-center gap-0.5">
            <Slot name="language" />
            <ThemeToggle label={t.nav.theme} />
            <a aria-label={t.nav.account} className="icon-btn" href={`${home(locale)}account/`}>
              <Icon className="size-6" name="person" />
            </a>
            <CartButton locale={locale} nav={t.nav} />
          </div>
        </div>
      </div>
      <div className="bg-page">
        <div className="shell">
          <Slot className="min-h-12" name="nav" />
        </div>
      </div>
      <div aria-hidden="true" className="awning shrink-0" />
    </header>
  );
}

function Footer({ t }: Pick<Props, "t">) {
  return (
    <footer className="mt-24 border-t border-line bg-sunken">
      <div className="shell flex flex-wrap items-start justify-between gap-10 py-12">
        <div className="max-w-sm">
          <Wordmark name={t.shop.name} />
          <p className="mt-4">{t.nav.footer}</p>
          <p className="mt-4 text-[0.9rem] text-muted">{t.nav.rights}</p>
          <p className="text-[0.9rem] text-muted">{t.nav.credit}</p>
        </div>
        <nav aria-label={t.nav.help} className="columns-2 gap-x-10">
          <Slot name="footer" />
          <ConsentButton label={t.consent.again} />
          {/* On a phone the header has room for the account, and not for this. */}
          <ThemeToggle isInFooter label={t.nav.theme} />
        </nav>
      </div>
    </footer>
  );
}

/** What surrounds every page. */
export function Frame({ locale, t, children }: Props & { children: ReactNode }) {
  return (
    <>
      <a
        className="btn btn-primary sr-only focus:not-sr-only focus:fixed focus:left-4 focus:top-4 focus:z-50"
        href="#main"
      >
        {t.nav.skip}
      </a>
      <ConsentBanner t={t.consent} />
      <Header locale={locale} t={t} />
      <main className="flex-1" id="main" tabIndex={-1}>
        {children}
      </main>
      <Footer t={t} />
      <DrawerPlace locale={locale} nav={t.nav} p={t.product} t={t.cart} />
      <Runtime locale={locale} offline={t.nav.offline} p={t.product} />
    </>
  );
}
