//! Cells of which many are alike: a text is written once, and its cells share it.

use agensium_kernel::batch::CellBuffer;
use agensium_kernel::cells::Span;
use arrow_array::cast::AsArray;
use arrow_array::types::ByteArrayType;
use arrow_array::{Array, ArrowPrimitiveType, GenericByteArray};
use arrow_buffer::{ArrowNativeType, NullBuffer};

/// Values that are remembered, by the upper bits of their hash.
const REMEMBERED_BITS: u32 = 10;

/// Write numbers, and such as were met lately only once.
pub fn numbers<T: ArrowPrimitiveType<Native: Into<i128>>>(
    array: &dyn Array,
    nulls: Option<&NullBuffer>,
    cells: &mut CellBuffer,
    write: impl Fn(T::Native, &mut Vec<u8>),
) {
    let values = array.as_primitive::<T>().values();
    let mut met = vec![(0, Span::default()); 1 << REMEMBERED_BITS];
    cells.spans.reserve(values.len());
    for (row, &value) in values.iter().enumerate() {
        if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            cells.add_null();
            continue;
        }
        let key: i128 = value.into();
        let known = &mut met[(key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) as usize >> (64 - REMEMBERED_BITS)];
        if known.0 == key && known.1.length > 0 {
            cells.share(known.1);
            continue;
        }
        write(value, &mut cells.text);
        cells.end();
        *known = (key, cells.spans.last().copied().unwrap_or_default());
    }
}

/// Copy the texts of an array, none of which is missing, all at once.
pub fn strings<T: ByteArrayType>(array: &GenericByteArray<T>, cells: &mut CellBuffer) {
    let offsets = array.value_offsets();
    let [first, .., last] = [offsets[0], offsets[offsets.len() - 1]].map(ArrowNativeType::as_usize);
    cells.add_all(&array.value_data()[first..last], offsets[1..].iter().map(|end| end.as_usize() - first));
}

/// Add cells that have the texts of others; none stands for a missing one.
pub fn copies(of: &CellBuffer, places: impl Iterator<Item = Option<usize>>, cells: &mut CellBuffer) {
    let base = cells.text.len() as u32;
    cells.add_all(&of.text, std::iter::once(of.text.len()));
    cells.spans.pop();
    for place in places {
        match place {
            Some(place) => cells.share(Span { start: base + of.spans[place].start, ..of.spans[place] }),
            None => cells.add_null(),
        }
    }
}
