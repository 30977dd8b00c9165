/** A medium opened for as long as it is shown: from the phone, else from the server. Its address is given back when it goes. */
import { onBeforeUnmount, ref, watch, type Ref } from "vue";
import { useVillage } from "../house";

export interface Opened {
  url: Ref<string>; // "" while it is not there
  type: Ref<string>; // MIME
  away: Ref<boolean>; // neither phone nor server had it
}

export function useOpened(digest: () => string, size?: () => 320 | undefined): Opened {
  const village = useVillage();
  const opened: Opened = { url: ref(""), type: ref(""), away: ref(false) };
  let gone = false;
  function drop(): void {
    if (opened.url.value) URL.revokeObjectURL(opened.url.value);
    opened.url.value = "";
  }
  watch(
    digest,
    async (wanted) => {
      drop();
      const blob = await village.photo(wanted, size?.()).catch(() => null);
      if (gone || wanted !== digest()) return;
      opened.away.value = blob === null;
      opened.type.value = blob?.type ?? "";
      if (blob) opened.url.value = URL.createObjectURL(blob);
    },
    { immediate: true },
  );
  onBeforeUnmount(() => {
    gone = true;
    drop();
  });
  return opened;
}
