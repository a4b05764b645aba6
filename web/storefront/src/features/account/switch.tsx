interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** One thing that is on or off, done as soon as it is pressed. */
export function Switch({ label, hint, checked, onChange }: Props) {
  return (
    <label className="flex items-start gap-3 py-2">
      <input
        checked={checked}
        className="mt-1 size-5 shrink-0 accent-(--brand)"
        onChange={(event) => onChange(event.currentTarget.checked)}
        type="checkbox"
      />
      <span>
        <span className="font-medium">{label}</span>
        {hint ? <span className="block text-[0.94rem] text-muted">{hint}</span> : null}
      </span>
    </label>
  );
}
