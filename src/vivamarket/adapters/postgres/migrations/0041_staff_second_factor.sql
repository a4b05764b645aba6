-- A second factor for staff: the sealed secret, and the newest time step whose code was used.
ALTER TABLE staff ADD COLUMN totp_secret text, ADD COLUMN totp_step bigint NOT NULL DEFAULT 0;
