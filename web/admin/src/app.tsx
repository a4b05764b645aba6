import CssBaseline from "@mui/material/CssBaseline";
import { CoreAdminUI, CustomRoutes, Resource } from "ra-core";
import { lazy, Suspense } from "react";
import { AdminContext } from "react-admin";
import { BrowserRouter, Route } from "react-router-dom";
import { authProvider } from "./api/auth-provider.ts";
import { dataProvider } from "./api/data-provider.ts";
import { queryClient } from "./api/queries.ts";
import { i18nProvider } from "./messages/index.ts";
import { Allowed } from "./shell/allowed.tsx";
import { Frame } from "./shell/frame.tsx";
import { Home } from "./shell/home.tsx";
import { Notices } from "./shell/notices.tsx";
import { AccessDenied, Missing, PageFailed } from "./shell/problems.tsx";
import { SignInPage } from "./shell/sign-in.tsx";
import { store } from "./shell/store.ts";
import { darkTheme, lightTheme } from "./shell/theme.ts";
import { Waiting } from "./shell/waiting.tsx";

const DashboardPage = lazy(() => import("./features/dashboard/page.tsx"));
const ProductList = lazy(() => import("./features/products/list.tsx"));
const ProductPage = lazy(() => import("./features/products/page.tsx"));
const CategoryList = lazy(() => import("./features/categories/list.tsx"));
const ContentList = lazy(() => import("./features/content/list.tsx"));
const ContentPage = lazy(() => import("./features/content/page.tsx"));
const ContentVersionsPage = lazy(() => import("./features/content/versions.tsx"));
const CategoryPage = lazy(() => import("./features/categories/page.tsx"));
const InventoryList = lazy(() => import("./features/inventory/list.tsx"));
const StockPage = lazy(() => import("./features/inventory/page.tsx"));
const OrderList = lazy(() => import("./features/orders/list.tsx"));
const OrderPage = lazy(() => import("./features/orders/page.tsx"));
const SlipPage = lazy(() => import("./features/orders/slip.tsx"));
const RefundPage = lazy(() => import("./features/orders/refund.tsx"));
const ReturnList = lazy(() => import("./features/returns/list.tsx"));
const TransferList = lazy(() => import("./features/transfers/list.tsx"));
const TransferPage = lazy(() => import("./features/transfers/page.tsx"));
const WebhookList = lazy(() => import("./features/webhooks/list.tsx"));
const WebhookPage = lazy(() => import("./features/webhooks/page.tsx"));
const NewWebhookPage = lazy(() => import("./features/webhooks/new.tsx"));
const DeliveryPage = lazy(() => import("./features/webhooks/delivery.tsx"));
const LetterList = lazy(() => import("./features/letters/list.tsx"));
const ReportList = lazy(() => import("./features/reports/list.tsx"));
const MailList = lazy(() => import("./features/mails/list.tsx"));
const CustomerList = lazy(() => import("./features/customers/list.tsx"));
const CustomerPage = lazy(() => import("./features/customers/page.tsx"));
const AuditLogList = lazy(() => import("./features/audit-log/list.tsx"));
const AuditEntryPage = lazy(() => import("./features/audit-log/page.tsx"));
const StaffList = lazy(() => import("./features/staff/list.tsx"));
const StaffPage = lazy(() => import("./features/staff/page.tsx"));
const InvitePage = lazy(() => import("./features/staff/new.tsx"));
const SettingsPage = lazy(() => import("./features/settings/page.tsx"));
const SettingsVersionsPage = lazy(() => import("./features/settings/versions.tsx"));
const ProfilePage = lazy(() => import("./features/profile/page.tsx"));
const WelcomePage = lazy(() => import("./features/profile/welcome.tsx"));
const MailPage = lazy(() => import("./features/mails/page.tsx"));

const BASE = "/admin";

/** The staff's application: React-Admin's machinery in a frame of our own. */
export function App() {
  return (
    <BrowserRouter basename={BASE}>
      <AdminContext
        authProvider={authProvider}
        dataProvider={dataProvider}
        darkTheme={darkTheme}
        i18nProvider={i18nProvider}
        queryClient={queryClient}
        store={store}
        theme={lightTheme}
      >
        <CssBaseline enableColorScheme />
        <Suspense fallback={<Waiting />}>
          <CoreAdminUI
            accessDenied={AccessDenied}
            catchAll={Missing}
            disableTelemetry
            error={PageFailed}
            layout={Frame}
            loading={Waiting}
            loginPage={SignInPage}
            requireAuth
            title="VivaMarket"
          >
            <Resource list={OrderList} name="orders" show={OrderPage} />
            <Resource list={ReturnList} name="returns" />
            <Resource list={ProductList} name="products" />
            <Resource list={InventoryList} name="inventory" />
            <Resource list={TransferList} name="transfers" />
            <Resource list={WebhookList} name="webhooks" />
            <Resource list={LetterList} name="dead-letters" />
            <Resource list={ReportList} name="reconciliation" />
            <Resource list={MailList} name="mails" />
            <Resource list={CustomerList} name="customers" />
            <Resource list={AuditLogList} name="audit-log" />
            <Resource list={StaffList} name="staff" />
            <CustomRoutes noLayout>
              <Route element={<WelcomePage />} path="/welcome" />
            </CustomRoutes>
            <CustomRoutes>
              <Route element={<CustomerPage />} path="/customers/:id" />
              <Route element={<AuditEntryPage />} path="/audit-log/:seq" />
              <Route
                element={
                  <Allowed needs="staff.write">
                    <InvitePage />
                  </Allowed>
                }
                path="/staff/new"
              />
              <Route element={<StaffPage />} path="/staff/:id" />
              <Route element={<SettingsPage />} path="/settings" />
              <Route element={<SettingsVersionsPage />} path="/settings/versions" />
              <Route element={<ProfilePage />} path="/profile" />
              <Route element={<Home />} path="/" />
              <Route element={<DashboardPage />} path="/today" />
              <Route element={<ProductPage />} path="/products/new" />
              <Route element={<ProductPage />} path="/products/:id" />
              <Route element={<CategoryList />} path="/categories" />
              <Route
                element={
                  <Allowed needs="catalogue.write">
                    <CategoryPage />
                  </Allowed>
                }
                path="/categories/new"
              />
              <Route element={<CategoryPage />} path="/categories/:id" />
              <Route element={<ContentList />} path="/content" />
              <Route
                element={
                  <Allowed needs="content.write">
                    <ContentPage />
                  </Allowed>
                }
                path="/content/new"
              />
              <Route element={<ContentPage />} path="/content/:key" />
              <Route element={<ContentVersionsPage />} path="/content/:key/versions" />
              <Route element={<StockPage />} path="/inventory/:sku" />
              <Route element={<TransferPage />} path="/transfers/:id" />
              <Route element={<OrderPage />} path="/orders/:number" />
              <Route
                element={
                  <Allowed needs="refunds.write">
                    <RefundPage />
                  </Allowed>
                }
                path="/orders/:number/refund"
              />
              <Route element={<SlipPage />} path="/orders/:number/slip/:shipment" />
              <Route
                element={
                  <Allowed needs="webhooks.write">
                    <NewWebhookPage />
                  </Allowed>
                }
                path="/webhooks/new"
              />
              <Route element={<WebhookPage />} path="/webhooks/:id" />
              <Route element={<DeliveryPage />} path="/deliveries/:id" />
              <Route element={<MailPage />} path="/mails/:id" />
            </CustomRoutes>
          </CoreAdminUI>
        </Suspense>
        <Notices />
      </AdminContext>
    </BrowserRouter>
  );
}
