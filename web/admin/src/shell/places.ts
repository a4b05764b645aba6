import CategoriesIcon from "@mui/icons-material/AccountTreeOutlined";
import ContentIcon from "@mui/icons-material/ArticleOutlined";
import ReturnsIcon from "@mui/icons-material/AssignmentReturnOutlined";
import StaffIcon from "@mui/icons-material/BadgeOutlined";
import ReconciliationIcon from "@mui/icons-material/BalanceOutlined";
import AuditIcon from "@mui/icons-material/FactCheckOutlined";
import DashboardIcon from "@mui/icons-material/InsightsOutlined";
import InventoryIcon from "@mui/icons-material/Inventory2Outlined";
import ProductsIcon from "@mui/icons-material/LocalOfferOutlined";
import MailIcon from "@mui/icons-material/MailOutlined";
import LettersIcon from "@mui/icons-material/MarkEmailUnreadOutlined";
import CustomersIcon from "@mui/icons-material/PeopleOutlined";
import OrdersIcon from "@mui/icons-material/ReceiptLongOutlined";
import TransfersIcon from "@mui/icons-material/SwapVertOutlined";
import SettingsIcon from "@mui/icons-material/TuneOutlined";
import WebhooksIcon from "@mui/icons-material/WebhookOutlined";
import type { ComponentType } from "react";
import type { Permission } from "./may.ts";

/** A page of the menu, and what its reader needs. */
export interface Place {
  readonly name: string;
  readonly to: string;
  readonly icon: ComponentType;
  readonly needs: Permission;
  /** Where the addresses of its other pages begin. */
  readonly also?: string;
}

interface Group {
  readonly name: string;
  readonly places: readonly Place[];
}

/** The way around, in the order of a day's work. */
export const GROUPS: readonly Group[] = [
  {
    name: "sell",
    places: [
      { name: "dashboard", to: "/today", icon: DashboardIcon, needs: "reports.read" },
      { name: "orders", to: "/orders", icon: OrdersIcon, needs: "orders.read" },
      { name: "customers", to: "/customers", icon: CustomersIcon, needs: "customers.read" },
      { name: "returns", to: "/returns", icon: ReturnsIcon, needs: "orders.read" },
    ],
  },
  {
    name: "catalogue",
    places: [
      { name: "products", to: "/products", icon: ProductsIcon, needs: "catalogue.read" },
      { name: "categories", to: "/categories", icon: CategoriesIcon, needs: "catalogue.read" },
      { name: "content", to: "/content", icon: ContentIcon, needs: "content.read" },
      { name: "inventory", to: "/inventory", icon: InventoryIcon, needs: "inventory.read" },
      { name: "transfers", to: "/transfers", icon: TransfersIcon, needs: "catalogue.read" },
    ],
  },
  {
    name: "watch",
    places: [
      { name: "reconciliation", to: "/reconciliation", icon: ReconciliationIcon, needs: "operations.read" },
      { name: "letters", to: "/dead-letters", icon: LettersIcon, needs: "operations.read" },
      { name: "mails", to: "/mails", icon: MailIcon, needs: "mail.read" },
    ],
  },
  {
    name: "house",
    places: [
      { name: "staff", to: "/staff", icon: StaffIcon, needs: "staff.read" },
      { name: "settings", to: "/settings", icon: SettingsIcon, needs: "settings.read" },
      { name: "audit", to: "/audit-log", icon: AuditIcon, needs: "audit.read" },
    ],
  },
  {
    name: "connect",
    places: [
      {
        name: "webhooks",
        to: "/webhooks",
        also: "/deliveries/",
        icon: WebhooksIcon,
        needs: "webhooks.read",
      },
    ],
  },
];
