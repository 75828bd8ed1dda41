// Formats values as the report does: a missing value is a dash.

export function figure(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '–';
  }
  const size = Math.abs(value);
  const decimals = size === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

export function count(value) {
  return value === null || value === undefined ? '–' : value.toLocaleString('en-US');
}

export function percent(share) {
  return share === null || share === undefined || !Number.isFinite(share)
    ? '–' : `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}

export function time(iso) {
  return iso ? new Date(iso).toLocaleString() : '–';
}
