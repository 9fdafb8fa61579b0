//! Fields with dotted names, put inside each other as the records have them.

use model::object::Field;

use super::wire::Member;

/// Names in their order, each a field or a group of further names.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tree<'o>(pub Vec<(&'o str, Node<'o>)>);

#[derive(Debug, PartialEq)]
pub(super) enum Node<'o> {
    Field(&'o Field),
    Group(Tree<'o>),
}

impl<'o> Tree<'o> {
    pub fn of(members: &[Member<'o>]) -> Tree<'o> {
        let mut tree = Tree::default();
        for member in members {
            // A name that cannot be taken apart stays whole.
            if member.name.split('.').any(str::is_empty) || !tree.put(member.name, member.field) {
                tree.0.push((member.name, Node::Field(member.field)));
            }
        }
        tree
    }

    /// Whether there was room: a field cannot be a group, too.
    fn put(&mut self, name: &'o str, field: &'o Field) -> bool {
        let (first, rest) = match name.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (name, None),
        };
        let place = self.0.iter().position(|(known, _)| *known == first);
        match (place, rest) {
            (Some(_), None) => false,
            (Some(place), Some(rest)) => match &mut self.0[place].1 {
                Node::Group(group) => group.put(rest, field),
                Node::Field(_) => false,
            },
            (None, None) => {
                self.0.push((first, Node::Field(field)));
                true
            }
            (None, Some(rest)) => {
                let mut group = Tree::default();
                let has_room = group.put(rest, field);
                self.0.push((first, Node::Group(group)));
                has_room
            }
        }
    }
}
